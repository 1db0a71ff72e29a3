# Kubewright with Git and nothing else. Mount a repository on /work, as its owner:
#   docker run --rm --user "$(id -u):$(id -g)" -v "$PWD:/work" kubewright:dev scan
#
# A release passes the base image with its digest, so that a moved tag cannot reach it:
#   docker build --build-arg BASE=python:3.13-slim@sha256:...
ARG BASE=python:3.13-slim

FROM ${BASE} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /source
COPY requirements-build.lock requirements.lock ./
# The builders go into this stage's own Python, what runs into an environment without pip.
RUN pip install --require-hashes -r requirements-build.lock \
    && python -m venv --without-pip /opt/kubewright \
    && pip --python /opt/kubewright/bin/python install --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY fixers fixers
COPY rules rules
RUN pip wheel --no-build-isolation --no-deps --no-index --wheel-dir /wheel . \
    && pip --python /opt/kubewright/bin/python install --no-deps --no-index /wheel/*.whl

FROM ${BASE}
RUN apt-get update \
    && apt-get install --yes --no-install-recommends git \
    && rm -rf /var/lib/apt/lists/* \
    && pip uninstall --yes --root-user-action=ignore pip
COPY --from=build /opt/kubewright /opt/kubewright
# What is scanned may hold folders called bot/ or rules/: Python must not look for modules in the work directory.
ENV PATH=/opt/kubewright/bin:$PATH PYTHONSAFEPATH=1 PYTHONPATH="" PYTHONDONTWRITEBYTECODE=1 HOME=/tmp
USER 65532:65532
WORKDIR /work
ENTRYPOINT ["kubewright"]
CMD ["--help"]
