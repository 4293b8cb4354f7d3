/* A disk that fails on demand and remembers what it was told, and a clock: for LD_PRELOAD (Linux).
 *
 * It sees the calls on files beneath DISK_DIR, except SQLite's shared memory, which no crash
 * outlives. disk_arm() lets the k-th call of some kinds fail, and all after it where `lasting`.
 * disk_log() writes every change down: see disk.py. disk_clock() moves the time of day.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { WRITE = 1, SYNC = 2, OPEN = 4, CHANGE = 8 };

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int kinds, error_number, lasting, seen, failed;
static long countdown;
static int log_fd = -1;

void disk_arm(long k, int which, int number, int stays) {
  pthread_mutex_lock(&mutex);
  countdown = k, kinds = which, error_number = number, lasting = stays, seen = failed = 0;
  pthread_mutex_unlock(&mutex);
}

/* Ends the faults; gives how many calls failed. */
int disk_disarm(void) {
  pthread_mutex_lock(&mutex);
  int n = failed;
  countdown = 0, kinds = 0;
  pthread_mutex_unlock(&mutex);
  return n;
}

void disk_log(const char *path) {
  log_fd = syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static int is_ours(const char *path) {
  const char *dir = getenv("DISK_DIR");
  size_t n = strlen(path);
  return dir && !strncmp(path, dir, strlen(dir)) && !(n > 4 && !strcmp(path + n - 4, "-shm"));
}

static int path_of(int fd, char *path, size_t size) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t n = readlink(link, path, size - 1);
  if (n < 0) return 0;
  path[n] = 0;
  return is_ours(path);
}

static int fails(int kind) {
  int now = 0;
  pthread_mutex_lock(&mutex);
  if (kinds & kind) {
    seen++;
    now = lasting ? seen >= countdown : seen == countdown;
    failed += now;
  }
  pthread_mutex_unlock(&mutex);
  if (now) errno = error_number;
  return now;
}

static void note(char kind, const char *path, const char *other, int64_t at, const void *data, size_t n) {
  if (log_fd < 0) return;
  char head[9000];
  int length = snprintf(head, sizeof head, "%c\t%s\t%s\t%lld\t%zu\n", kind, path, other, (long long)at, n);
  pthread_mutex_lock(&mutex);
  syscall(SYS_write, log_fd, head, length);
  if (n) syscall(SYS_write, log_fd, data, n);
  pthread_mutex_unlock(&mutex);
}

void disk_note(const char *text) { note('A', text, "", 0, NULL, 0); }

#define REAL(name) __typeof__(name) *real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

static ssize_t after_write(int fd, const char *path, ssize_t done, const void *data, int64_t at) {
  if (done > 0) note('W', path, "", at < 0 ? lseek(fd, 0, SEEK_CUR) - done : at, data, done);
  return done;
}

ssize_t write(int fd, const void *data, size_t n) {
  REAL(write);
  char path[4200];
  if (!path_of(fd, path, sizeof path)) return real(fd, data, n);
  if (fails(WRITE)) return -1;
  return after_write(fd, path, real(fd, data, n), data, -1);
}

#define PWRITE(name, type)                                                   \
  ssize_t name(int fd, const void *data, size_t n, type at) {                \
    REAL(name);                                                              \
    char path[4200];                                                         \
    if (!path_of(fd, path, sizeof path)) return real(fd, data, n, at);       \
    if (fails(WRITE)) return -1;                                             \
    return after_write(fd, path, real(fd, data, n, at), data, at);           \
  }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

#define SYNC_CALL(name)                                     \
  int name(int fd) {                                        \
    REAL(name);                                             \
    char path[4200];                                        \
    if (!path_of(fd, path, sizeof path)) return real(fd);   \
    if (fails(SYNC)) return -1;                             \
    int done = real(fd);                                    \
    if (!done) note('S', path, "", 0, NULL, 0);             \
    return done;                                            \
  }
SYNC_CALL(fsync)
SYNC_CALL(fdatasync)

#define TRUNCATE(name, type)                                      \
  int name(int fd, type size) {                                   \
    REAL(name);                                                   \
    char path[4200];                                              \
    if (!path_of(fd, path, sizeof path)) return real(fd, size);   \
    if (fails(WRITE)) return -1;                                  \
    int done = real(fd, size);                                    \
    if (!done) note('T', path, "", size, NULL, 0);                \
    return done;                                                  \
  }
TRUNCATE(ftruncate, off_t)
TRUNCATE(ftruncate64, off64_t)

static const char *whole(const char *path, char *space, size_t size) {
  if (path[0] == '/') return path;
  char here[4200];
  if (!getcwd(here, sizeof here)) return path;
  snprintf(space, size, "%s/%s", here, path);
  return space;
}

#define OPEN_CALL(name)                                                        \
  int name(const char *path, int flags, ...) {                                 \
    REAL(name);                                                                \
    char space[8600];                                                          \
    va_list more;                                                              \
    va_start(more, flags);                                                     \
    mode_t mode = (flags & (O_CREAT | O_TMPFILE)) ? va_arg(more, mode_t) : 0;  \
    va_end(more);                                                              \
    const char *full = whole(path, space, sizeof space);                       \
    int ours = is_ours(full);                                                  \
    if (ours && fails(OPEN)) return -1;                                        \
    int fresh = ours && (flags & O_CREAT) && access(full, F_OK);               \
    int fd = real(path, flags, mode);                                          \
    if (fd >= 0 && fresh) note('O', full, "", 0, NULL, 0);                     \
    if (fd >= 0 && ours && (flags & O_TRUNC)) note('T', full, "", 0, NULL, 0); \
    return fd;                                                                 \
  }
OPEN_CALL(open)
OPEN_CALL(open64)

int unlink(const char *path) {
  REAL(unlink);
  char space[8600];
  const char *full = whole(path, space, sizeof space);
  int ours = is_ours(full);
  if (ours && fails(CHANGE)) return -1;
  int done = real(path);
  if (!done && ours) note('U', full, "", 0, NULL, 0);
  return done;
}

int rename(const char *from, const char *to) {
  REAL(rename);
  char a[8600], b[8600];
  const char *old = whole(from, a, sizeof a), *new = whole(to, b, sizeof b);
  int ours = is_ours(new);
  if (ours && fails(CHANGE)) return -1;
  int done = real(from, to);
  if (!done && ours) note('R', old, new, 0, NULL, 0);
  return done;
}

static long clock_offset;

void disk_clock(long seconds) { clock_offset = seconds; }

int clock_gettime(clockid_t which, struct timespec *now) {
  REAL(clock_gettime);
  int done = real(which, now);
  if (!done && which == CLOCK_REALTIME) now->tv_sec += clock_offset;
  return done;
}

time_t time(time_t *where) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (where) *where = now.tv_sec;
  return now.tv_sec;
}
