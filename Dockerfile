# One image for every process of Jiebang; the command says which one it is.
FROM python:3.12-slim AS build

RUN python -m venv /opt/jiebang
ENV PATH=/opt/jiebang/bin:$PATH PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /src

# Libraries first: they change rarely, so this layer is kept from build to build.
COPY requirements/run.txt requirements/
RUN pip install --no-deps --require-hashes -r requirements/run.txt

COPY pyproject.toml README.md LICENSE ./
COPY connectors connectors
COPY gateway gateway
COPY schema schema
RUN pip install --no-deps --no-build-isolation .


FROM python:3.12-slim

RUN useradd --system --user-group --no-create-home --shell /usr/sbin/nologin jiebang
COPY --from=build /opt/jiebang /opt/jiebang
ENV PATH=/opt/jiebang/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER jiebang
EXPOSE 8000
CMD ["jiebang", "gateway"]
