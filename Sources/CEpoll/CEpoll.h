// What Swift's Glibc module leaves out: readiness notification, a counter to wake it, and the allocator's settings.
// And the commit that was built, where the build's command says it (-Xcc '-DPROXY_COMMIT="…"').
#ifdef __linux__
#include <malloc.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

#ifndef PROXY_COMMIT
#define PROXY_COMMIT ""
#endif
static inline const char *proxy_commit(void) { return PROXY_COMMIT; }
#endif
