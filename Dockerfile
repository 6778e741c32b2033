# An image with goheap alone, on top of the archive that `npm run standalone` makes. The tests try the archive; building the image needs an
# engine (docker, podman), so that nobody has tried this file yet. In three lines, with a core and its executable in the current folder:
#
#   npm run standalone
#   docker build -t goheap .
#   docker run --rm -v "$PWD:/dumps" goheap convert core --exe server --to sqlite
#
# The base has glibc, which Node needs, and a shell, which a debug container needs. Only the archive goes into the build (.dockerignore).
FROM debian:bookworm-slim
ADD dist/goheap-*-linux-*.tar.gz /opt/
RUN mv /opt/goheap-* /opt/goheap && ln -s /opt/goheap/goheap /usr/local/bin/goheap
WORKDIR /dumps
ENTRYPOINT ["/opt/goheap/goheap"]
CMD ["--help"]
