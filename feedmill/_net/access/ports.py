"""Decides which ports a request may go to: the web's two, and those that no other service is known for.

A page that names `http://10.0.0.5:6379/` would connect to something that is no web server; where the
operator allows addresses of machines of his own, the port is the second lock.
"""

WEB_PORTS = frozenset({80, 443})
FIRST_FREE = 1024
"""First port that is not reserved for system services (RFC 6335 section 6)."""
_RANGES = (range(5900, 5911), range(6000, 6064), range(6665, 6670), range(27017, 27020))
SERVICES = frozenset(
    {
        1080,  # SOCKS
        1433,  # SQL Server
        1434,
        1521,  # Oracle
        1719,  # H.323
        1720,
        1723,  # PPTP
        1883,  # MQTT
        1900,  # SSDP
        2049,  # NFS
        2181,  # ZooKeeper
        2375,  # container engines
        2376,
        2379,  # etcd
        2380,
        3128,  # proxies
        3260,  # iSCSI
        3306,  # MySQL
        3389,  # RDP
        3659,  # Apple SASL
        4045,  # NFS locks
        4190,  # Sieve
        4369,  # Erlang's port mapper
        5060,  # SIP
        5061,
        5432,  # PostgreSQL
        5671,  # AMQP
        5672,
        5984,  # CouchDB
        5985,  # WinRM
        5986,
        6379,  # Redis
        6380,
        6443,  # Kubernetes
        6566,  # SANE
        6679,  # IRC with TLS
        6697,
        8500,  # Consul
        9042,  # Cassandra
        9092,  # Kafka
        9100,  # printers
        9200,  # Elasticsearch
        9300,
        10080,  # Amanda
        10250,  # kubelet
        10255,
        11211,  # memcached
        16379,  # Redis cluster
        26379,  # Redis Sentinel
        *(port for ports in _RANGES for port in ports),  # VNC, X11, IRC, MongoDB
    }
)
"""Ports above 1023 with a service of their own that may take an HTTP request for its own protocol."""


def find_port_refusal(port: int, allowed: frozenset[int] = frozenset()) -> str | None:
    """Return why a request may not go to a port, or None when it may."""
    if port in WEB_PORTS or port in allowed:
        return None
    if port < FIRST_FREE:
        return f"port {port} is below {FIRST_FREE} and not the web's"
    return f"port {port} belongs to another service" if port in SERVICES else None
