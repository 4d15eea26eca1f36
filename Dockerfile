# The image holds the program and the system libraries that it loads, nothing else: no shell, no package manager.

# A release names it with its digest (swift:6.3-bookworm@sha256:…), which then stands in the labels.
ARG SWIFT=swift:6.3-bookworm
FROM ${SWIFT} AS build
ARG REVISION=
# For https upstreams; the base image has them, and a later one might not.
RUN dpkg -s libssl3 ca-certificates >/dev/null 2>&1 \
    || (apt-get update && apt-get install -y --no-install-recommends libssl3 ca-certificates)
WORKDIR /src
COPY Package.swift ./
COPY Sources Sources
# The package names a test target, so something must stand in its folder; tests are not built here.
RUN mkdir -p Tests/ProxyTests/Golden && touch Tests/ProxyTests/None.swift \
    && swift build -c release --product ollama-openai-proxy --static-swift-stdlib -Xlinker -s \
        -Xlinker -z -Xlinker now -Xcc "-DPROXY_COMMIT=\"$(echo "$REVISION" | cut -c1-12)\""

# What the program loads, at the paths where the loader looks for it; OpenSSL and the certificates of the public
# authorities, at Debian's default place, only for https. The C library finds host names by itself
# (files and dns are part of it since glibc 2.34); it is only told to try /etc/hosts first. Swift's build looks for libraries
# beside the program before the system's ($ORIGIN), and nothing turns that off. What Debian's packages are called in which
# version is kept for those who look for known faults.
RUN mkdir -p /image/etc \
    && install .build/release/ollama-openai-proxy /image/ollama-openai-proxy \
    && LC_ALL=C sed -i 's|\$ORIGIN\x00|/lib64/\x00|' /image/ollama-openai-proxy \
    && ssl=$(ldconfig -p | awk '/libssl.so.3 /{print $NF; exit}') \
    && (ldd /image/ollama-openai-proxy; ldd "$ssl"; echo "$ssl") | grep -o '/[^ ]*' | sort -u \
        | xargs cp -L --parents -t /image \
    && install -D -m 644 /etc/ssl/certs/ca-certificates.crt /image/usr/lib/ssl/cert.pem \
    && mkdir -p /image/var/lib/dpkg/status.d && cp -L /etc/os-release /image/etc/os-release \
    && for package in ca-certificates \
            $(find /image -name '*.so*' -printf '*/%f\n' | xargs dpkg -S | sed '/^diversion/d; s/:.*//' | sort -u); do \
        dpkg-query -s "$package" >/image/var/lib/dpkg/status.d/"$package" || exit 1; \
    done \
    && echo 'hosts: files dns' >/image/etc/nsswitch.conf \
    && echo 'proxy:x:65532:65532::/:/' >/image/etc/passwd \
    && echo 'proxy:x:65532:' >/image/etc/group

FROM scratch
ARG SWIFT
ARG VERSION=unreleased
ARG REVISION=
LABEL org.opencontainers.image.title=ollama-openai-proxy \
    org.opencontainers.image.licenses=MIT \
    org.opencontainers.image.version=${VERSION} \
    org.opencontainers.image.revision=${REVISION} \
    org.opencontainers.image.base.name=${SWIFT}
COPY --from=build /image /
USER 65532:65532
ENV HOST=0.0.0.0
EXPOSE 4000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=5s --timeout=4s --start-period=5s CMD ["/ollama-openai-proxy", "--health"]
ENTRYPOINT ["/ollama-openai-proxy"]
