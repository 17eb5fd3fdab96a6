/*
 * A wall clock that stands still, for a server that does not know of it (LD_PRELOAD).
 *
 * RACE_LAB_CLOCK_FILE names a 16-byte file that the lab writes and this library maps:
 *   int64  microseconds since 1970 at which the clock is frozen, 0 = it runs
 *   int64  microseconds to add while it runs
 *
 * Only the wall clock is replaced. The monotonic clock, by which the event loop sleeps, stays real: the server keeps
 * working while its TTLs, its timeouts and TIME stand still.
 *
 * No libc at all: it would allocate or call back into these very functions at a bad moment (allocators ask for the time
 * while they initialise). Without a link to one, the same file also serves glibc and musl. 64-bit Linux only.
 */

typedef long i64;
struct timeval { i64 sec, usec; };
struct timespec { i64 sec, nsec; };
struct timezone { int minuteswest, dsttime; };

/* Both exist in glibc and musl; weak, so that a libc without them still loads this. */
extern char **environ __attribute__((weak));
extern int *__errno_location(void) __attribute__((weak));

#if defined(__x86_64__)
enum { SYS_close = 3, SYS_mmap = 9, SYS_clock_gettime = 228, SYS_openat = 257 };
static i64 call(i64 n, i64 a, i64 b, i64 c, i64 d, i64 e, i64 f) {
  i64 r;
  register i64 r10 __asm__("r10") = d;
  register i64 r8 __asm__("r8") = e;
  register i64 r9 __asm__("r9") = f;
  __asm__ volatile("syscall" : "=a"(r) : "a"(n), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9) : "rcx", "r11", "memory");
  return r;
}
#elif defined(__aarch64__)
enum { SYS_openat = 56, SYS_close = 57, SYS_clock_gettime = 113, SYS_mmap = 222 };
static i64 call(i64 n, i64 a, i64 b, i64 c, i64 d, i64 e, i64 f) {
  register i64 x8 __asm__("x8") = n;
  register i64 x0 __asm__("x0") = a;
  register i64 x1 __asm__("x1") = b;
  register i64 x2 __asm__("x2") = c;
  register i64 x3 __asm__("x3") = d;
  register i64 x4 __asm__("x4") = e;
  register i64 x5 __asm__("x5") = f;
  __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory");
  return x0;
}
#else
#error "x86_64 and aarch64 only"
#endif

enum { CLOCK_REALTIME = 0, CLOCK_REALTIME_COARSE = 5, AT_FDCWD = -100, O_RDONLY_CLOEXEC = 02000000, PROT_READ = 1, MAP_SHARED = 1 };

static volatile const i64 *clock_file;
static int state; /* 0 = not looked yet, 1 = mapped, -1 = there is no clock file */

/* On first use and not in a constructor: constructors run in an order of their own, before the environment is there.
   Two threads that come here at once map the file twice, which does no harm. */
static void look(void) {
  static const char name[] = "RACE_LAB_CLOCK_FILE=";
  if (!&environ || !environ) return;
  const char *path = 0;
  for (char **at = environ; *at && !path; at++) {
    int i = 0;
    while (name[i] && (*at)[i] == name[i]) i++;
    if (!name[i]) path = *at + i;
  }
  state = -1;
  if (!path) return;
  i64 fd = call(SYS_openat, AT_FDCWD, (i64)path, O_RDONLY_CLOEXEC, 0, 0, 0);
  if (fd < 0) return;
  i64 map = call(SYS_mmap, 0, 16, PROT_READ, MAP_SHARED, fd, 0);
  call(SYS_close, fd, 0, 0, 0, 0, 0);
  if (map < 0 && map > -4096) return;
  clock_file = (volatile const i64 *)map;
  state = 1;
}

/* Until two readings agree: the file is written by a copy that need not be atomic. */
static i64 read_word(int index) {
  i64 a, b;
  do {
    a = clock_file[index];
    b = clock_file[index];
  } while (a != b);
  return a;
}

static i64 wall_us(void) {
  if (state == 0) look();
  i64 frozen = state == 1 ? read_word(0) : 0;
  if (frozen) return frozen;
  struct timespec now = {0, 0};
  call(SYS_clock_gettime, CLOCK_REALTIME, (i64)&now, 0, 0, 0, 0);
  return now.sec * 1000000 + now.nsec / 1000 + (state == 1 ? read_word(1) : 0);
}

int gettimeofday(struct timeval *tv, struct timezone *tz) {
  i64 us = wall_us();
  if (tv) *tv = (struct timeval){us / 1000000, us % 1000000};
  if (tz) *tz = (struct timezone){0, 0};
  return 0;
}

i64 time(i64 *out) {
  i64 sec = wall_us() / 1000000;
  if (out) *out = sec;
  return sec;
}

int clock_gettime(int id, struct timespec *ts) {
  if (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE) {
    i64 us = wall_us();
    *ts = (struct timespec){us / 1000000, us % 1000000 * 1000};
    return 0;
  }
  i64 r = call(SYS_clock_gettime, id, (i64)ts, 0, 0, 0, 0);
  if (r == 0) return 0;
  if (__errno_location) *__errno_location() = (int)-r;
  return -1;
}
