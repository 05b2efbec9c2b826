# feedmill in a container: docker build -t feedmill .
# PYTHON_IMAGE is any image with Python 3.11 or newer as python3; it serves both stages, so that the venv fits.
ARG PYTHON_IMAGE=python:3.13-slim

FROM ${PYTHON_IMAGE} AS build
WORKDIR /src
RUN python3 -m venv /opt/feedmill
COPY requirements/ requirements/
RUN /opt/feedmill/bin/python -m pip install --no-cache-dir --disable-pip-version-check --require-hashes \
        -r requirements/run.txt -r requirements/build.txt
COPY pyproject.toml setup.py README.md LICENSE ./
COPY docs/*.md docs/
COPY feedmill/ feedmill/
COPY config/ config/
COPY scheduler/ scheduler/
COPY worker/ worker/
COPY web/ web/
COPY daemon/ daemon/
COPY seeds/ seeds/
RUN /opt/feedmill/bin/python -m pip install --no-cache-dir --disable-pip-version-check --no-deps --no-index \
        --no-build-isolation ./feedmill . \
    && /opt/feedmill/bin/python -m pip uninstall --yes setuptools pip

FROM ${PYTHON_IMAGE}
ARG VERSION=0.2.0
LABEL org.opencontainers.image.title="feedmill" \
      org.opencontainers.image.description="Turns RSS and Atom feeds into a durable Redis stream of clean articles" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}"
# It writes to /data (the embedded server, when one is used), /metrics (where several containers count) and /tmp.
RUN useradd --system --uid 10001 --user-group --no-create-home --home-dir /data feedmill \
    && install --directory --owner=feedmill --group=feedmill --mode=0700 /data /metrics
COPY --from=build /opt/feedmill /opt/feedmill
ENV PATH=/opt/feedmill/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    FEEDMILL_CONFIG=/config \
    FEEDMILL_DATA_DIR=/data
USER feedmill
VOLUME ["/data", "/metrics"]
WORKDIR /data
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=60s --timeout=20s --start-period=60s --retries=3 CMD ["feedmill", "ready", "--here"]
ENTRYPOINT ["feedmill"]
CMD ["up"]
