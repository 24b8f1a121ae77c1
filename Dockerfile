FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /src
RUN python -m venv /opt/crisis-bot
COPY requirements.lock ./
RUN /opt/crisis-bot/bin/python -m pip install --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY handlers handlers
COPY playbooks playbooks
# setuptools is in the lock for this one step.
RUN /opt/crisis-bot/bin/python -m pip install --no-deps --no-build-isolation . \
    && /opt/crisis-bot/bin/python -m pip uninstall --yes setuptools

FROM python:3.13-slim
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /data --shell /usr/sbin/nologin crisis \
    && install -d -o 10001 -g 10001 -m 0700 /data
COPY --from=build /opt/crisis-bot /opt/crisis-bot
ENV PATH=/opt/crisis-bot/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    DATABASE_URL=sqlite:////data/crisis.db \
    PORT=3000
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 3000
# Healthy only while Slack is connected, the database answers and no reminder is late. No urllib: it would ask a proxy for 127.0.0.1.
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import http.client, os, sys; c = http.client.HTTPConnection('127.0.0.1', int(os.environ['PORT']), timeout=4); c.request('GET', '/healthz'); sys.exit(c.getresponse().status != 200)"]
ENTRYPOINT ["crisis-bot"]
CMD ["serve"]
