# The image holds the program and the system libraries that it loads, nothing else: no shell, no package manager.

FROM swift:6.3-bookworm AS build
# For https upstreams; the base image has them, and a later one might not.
RUN dpkg -s libssl3 ca-certificates >/dev/null 2>&1 \
    || (apt-get update && apt-get install -y --no-install-recommends libssl3 ca-certificates)
WORKDIR /src
COPY Package.swift ./
COPY Sources Sources
# The package names a test target, so something must stand in its folder; tests are not built here.
RUN mkdir -p Tests/ProxyTests/Golden && touch Tests/ProxyTests/None.swift \
    && swift build -c release --product ollama-openai-proxy --static-swift-stdlib -Xlinker -s

# What the program loads, at the paths where the loader looks for it; OpenSSL and the certificates of the public
# authorities, at Debian's default place, only for https. The C library finds host names by itself
# (files and dns are part of it since glibc 2.34); it is only told to try /etc/hosts first.
RUN mkdir -p /image/etc \
    && install .build/release/ollama-openai-proxy /image/ollama-openai-proxy \
    && ssl=$(ldconfig -p | awk '/libssl.so.3 /{print $NF; exit}') \
    && (ldd /image/ollama-openai-proxy; ldd "$ssl"; echo "$ssl") | grep -o '/[^ ]*' | sort -u \
        | xargs cp -L --parents -t /image \
    && install -D -m 644 /etc/ssl/certs/ca-certificates.crt /image/usr/lib/ssl/cert.pem \
    && echo 'hosts: files dns' >/image/etc/nsswitch.conf \
    && echo 'proxy:x:65532:65532::/:/' >/image/etc/passwd \
    && echo 'proxy:x:65532:' >/image/etc/group

FROM scratch
COPY --from=build /image /
USER 65532:65532
ENV HOST=0.0.0.0
EXPOSE 4000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=5s --timeout=4s --start-period=5s CMD ["/ollama-openai-proxy", "--health"]
ENTRYPOINT ["/ollama-openai-proxy"]
