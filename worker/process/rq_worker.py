"""Runs the parent process: RQ's worker, restricted to tickets, with its horses' ends and signals handled."""

import contextlib
import os
import signal
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

import redis
import structlog
from redis.exceptions import RedisError
from rq import Queue, Worker
from rq.exceptions import (
    DequeueTimeout,
    DeserializationError,
    InvalidJobOperation,
    NoSuchJobError,
    StopRequested,
)
from rq.executions import Execution
from rq.job import Job
from rq.timeouts import HorseMonitorTimeoutException, JobTimeoutException, UnixSignalDeathPenalty
from rq.worker import WorkerStatus

from feedmill._signals import StopRequest, die_with_parent, signals_blocked
from worker import process_limits
from worker.process.interruptible_wait import CommandListener, StoppableClient, has_ended
from worker.process.spare_horse import SpareHorse, TicketMessage

QUEUE = "feedmill"
ALLOWED_FUNCTIONS = frozenset({"worker.ticket.run_ticket"})
"""Functions that a job may name: jobs come from Redis, and RQ would import whatever they say."""
WORKER_TTL_S = 60
"""Seconds after which RQ counts a worker as gone that no longer shows itself."""
MAX_TICKET_JOB_S = 600
"""Bounds a ticket that has a longer limit, or none."""
_KILL_AFTER_SIGNALS = 2
"""Signals at which the horse is killed; one more, or one without a horse, ends this process."""

log = structlog.get_logger()
HorseEnd = Callable[[int, str], None]
"""Called with a horse's process id and why it ended, as `limits.cause_of` names it."""


class TicketJob(Job):
    """A job that runs nothing but a ticket: no foreign function, no callback, no webhook."""

    record: Mapping[bytes, bytes]
    """The job as the server had it, from when it was read."""

    @property
    def function_name(self) -> str:
        """The function it names; `unreadable` when it cannot be read as JSON."""
        try:
            return str(self.func_name)
        except DeserializationError:
            return "unreadable"

    @property
    def is_allowed(self) -> bool:
        """Whether it is one of feedmill's own."""
        return (
            self.function_name in ALLOWED_FUNCTIONS
            and not self.args
            and not self.kwargs
            and not self.instance
        )

    def restore(self, raw_data: Any) -> Any:
        """Read the job, leaving out its callbacks."""
        self.record = raw_data
        restored = super().restore(raw_data)
        self._success_callback_name = self._failure_callback_name = self._stopped_callback_name = None
        self.webhooks = []
        return restored


class HardTimeout(UnixSignalDeathPenalty):
    """A ticket's time limit that nothing can swallow: SIGALRM ends the horse, in C code too.

    RQ's other limits have no alarm, whose handler would raise: `wait_for_horse` keeps its own.
    """

    def setup_death_penalty(self) -> None:
        """Set the alarm."""
        if self._exception is not JobTimeoutException:
            return
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        wanted = self._timeout if self._timeout and self._timeout > 0 else MAX_TICKET_JOB_S
        signal.alarm(min(int(wanted), MAX_TICKET_JOB_S))


class ForkingWorker(CommandListener, Worker):
    """An RQ worker of one queue that forks horses for tickets."""

    job_class = TicketJob
    death_penalty_class = HardTimeout

    def __init__(
        self, connection: redis.Redis, stop: StopRequest, *, name: str, memory: int, on_horse_end: HorseEnd
    ) -> None:
        super().__init__(
            [QUEUE],
            name=name,
            connection=StoppableClient(connection, stop, StopRequested),
            serializer="json",
            job_class=TicketJob,
            default_result_ttl=0,
            worker_ttl=WORKER_TTL_S,
            log_job_description=False,
        )
        self.log_result_lifespan = False
        self._stop = stop
        self._memory = memory
        self._on_horse_end = on_horse_end
        self.on_sign_on: Callable[[], None] = _do_nothing
        """Called once the server has taken this worker's name: one that only reads is full."""
        self.on_beat: Callable[[], None] = _do_nothing
        """Called whenever the loop comes by, at least every minute."""
        self.prepare_horse: Callable[[], None] = _do_nothing
        """Called in a horse that has no ticket yet."""
        self.spare = SpareHorse(self._prepare_spare, self._run_spare)
        self._ended: tuple[int, int] | None = None
        self._killed = False

    # Taking jobs

    def dequeue_job_and_maintain_ttl(
        self, timeout: int | None, max_idle_time: int | None = None
    ) -> tuple[Job, Queue] | None:
        """Wait for a job. A Redis error ends the work loop: its starter waits for Redis and logs that."""
        del max_idle_time
        self.set_state(WorkerStatus.IDLE)
        while True:
            self.on_beat()
            self.heartbeat()
            if self.should_run_maintenance_tasks:
                self.run_maintenance_tasks()  # type: ignore[no-untyped-call]
            if timeout is not None:  # a burst waits for no ticket
                self.spare.fork()
            with contextlib.suppress(DequeueTimeout):
                found = self.queue_class.dequeue_any(
                    self._ordered_queues,
                    timeout,
                    connection=self.connection,
                    job_class=self.job_class,
                    serializer=self.serializer,
                    death_penalty_class=self.death_penalty_class,
                )
                if found is not None:
                    version = self.get_redis_server_version()  # type: ignore[no-untyped-call]
                    found[0].redis_server_version = version
                return found

    def execute_job(self, job: Job, queue: Queue) -> None:
        """Run a ticket in a horse, refuse anything else; however the horse ends, its leases return."""
        if not isinstance(job, TicketJob) or not job.is_allowed:
            self._refuse_job(job, queue)
            return
        self._ended, self._killed = None, False
        try:
            super().execute_job(job, queue)
        finally:
            self._collect_horse()

    def _refuse_job(self, job: Job, queue: Queue) -> None:
        name = getattr(job, "function_name", "unknown")
        log.warning("ticket_refused", job=job.id, function=name)
        job.retries_left = None
        self.connection.lrem(queue.intermediate_queue_key, 1, job.id)
        self.handle_job_failure(job, queue, exc_string=f"refused: {name} is no function of feedmill")

    def _collect_horse(self) -> None:
        """Make sure that no horse is left, and report how it ended."""
        if self._horse_pid and self._ended is None:
            self.kill_horse()
            self.wait_for_horse()
        self._horse_pid = 0
        if self._ended is not None:
            pid, status = self._ended
            cause = process_limits.name_death_cause(status, killed=self._killed)
            if status != 0:
                log.warning("horse_died", pid=pid, status=status, cause=cause)
            self._on_horse_end(pid, cause)

    # The horse

    def fork_work_horse(self, job: Job, queue: Queue) -> None:
        """Fork with signals blocked: none may fall between the fork and either side's readiness for it."""
        with signals_blocked():
            if not self._hand_to_spare(job):
                super().fork_work_horse(job, queue)
            if self._stop.requested:
                self._signal_horse(signal.SIGTERM)

    def _hand_to_spare(self, job: Job) -> bool:
        """Give a ticket to the spare horse; False where there is none."""
        if self.execution is None or not isinstance(job, TicketJob):
            return False
        pid = self.spare.hand_over(TicketMessage(job.id, dict(job.record), self.execution.id))
        self._horse_pid = pid or 0
        return pid is not None

    def _prepare_spare(self) -> None:
        self.setup_work_horse_signals()
        with contextlib.suppress(RedisError):  # it does without while the server is away
            self.connection.ping()
            self.connection.connection_pool.disconnect()
        self.prepare_horse()

    def _run_spare(self, ticket: TicketMessage) -> NoReturn:
        job = TicketJob(ticket.job_id, connection=self.connection, serializer=self.serializer)
        job.restore(ticket.record)
        job.redis_server_version = self.get_redis_server_version()  # type: ignore[no-untyped-call]
        self.execution = Execution(ticket.execution_id, job.id, self.connection, self.name)
        self.main_work_horse(job, self.queues[0])
        raise AssertionError  # it has left

    def setup_work_horse_signals(self) -> None:
        """Set the horse's limits. SIGTERM stays blocked until the ticket is ready for it."""
        super().setup_work_horse_signals()  # type: ignore[no-untyped-call]
        die_with_parent(int(self.pid or 0))
        process_limits.limit_memory(self._memory)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})

    def handle_exception(self, job: Job, *exc_info: Any) -> None:
        """Log what ended a ticket; one whose job the server has lost (FLUSHALL, an older copy) is only named.

        Its pages are in the ledger or gone with it: nothing else follows from a lost ticket.
        """
        if len(exc_info) > 1 and isinstance(exc_info[1], InvalidJobOperation | NoSuchJobError):
            log.warning("ticket_lost", job=job.id)
            return
        super().handle_exception(job, *exc_info)

    def wait_for_horse(self) -> Any:
        """Wait for the horse and keep how it ended; HorseMonitorTimeoutException while it works."""
        if not self._killed and not has_ended(self._horse_pid, self.job_monitoring_interval):
            raise HorseMonitorTimeoutException
        pid, status, usage = super().wait_for_horse()
        if pid and status is not None:
            self._ended = (pid, status)
        return pid, status, usage

    def kill_horse(self, sig: signal.Signals = signal.SIGKILL) -> None:
        """Kill the horse alone: right after the fork its process group may still be the parent's."""
        self._killed = self._killed or sig == signal.SIGKILL
        self._signal_horse(sig)

    def _signal_horse(self, sig: signal.Signals) -> None:
        if self._horse_pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._horse_pid, sig)

    def bootstrap(self, *args: Any, **kwargs: Any) -> None:
        """Sign on."""
        super().bootstrap(*args, **kwargs)
        self.on_sign_on()

    def _install_signal_handlers(self) -> None:
        """Install none: RQ's raise. Signals come by `note_signal`."""

    def note_signal(self, times: int) -> None:
        """Take no more tickets, and let the horse finish the page in hand; from the second signal on kill it.

        Called inside the signal handler: it raises nothing and does not wait.
        """
        self._stop_requested = True
        if times == 1:
            self._signal_horse(signal.SIGTERM)
        elif self._horse_pid and times == _KILL_AFTER_SIGNALS:
            self.kill_horse()
        else:
            os._exit(1)

    def teardown(self) -> None:
        """Sign off; without Redis the record expires by itself."""
        thread: Any = self.pubsub_thread
        try:
            super().teardown()  # type: ignore[no-untyped-call]
        except RedisError:
            if thread is not None:
                thread.stop()

    # Redis being away

    def maintain_heartbeats(self, job: Job, execution: Any) -> None:
        """Keep watching the horse while Redis is away."""
        self.on_beat()
        with contextlib.suppress(RedisError):
            super().maintain_heartbeats(job, execution)


def _do_nothing() -> None:
    """Do nothing."""
