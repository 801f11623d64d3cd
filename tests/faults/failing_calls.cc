// Stands before the functions of the C library: linked into a test, or as a
// library for LD_PRELOAD (DOBBY_PRELOADED), where the environment says what
// fails: DOBBY_FAULT="write once 3".
#include "failing_calls.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>

namespace dobby::faults {
namespace {

// No constructors: calls come before they would have run.
std::atomic<bool> armed;
std::atomic<int> armed_call, armed_mode;
std::atomic<std::int64_t> calls_until, calls_seen;
std::atomic<bool> happened;

int ErrorOf(Call call) {
  switch (call) {
    case Call::kSync:
      return EIO;
    case Call::kOpen:
      return EMFILE;
    case Call::kAllocate:
      return ENOMEM;
    default:
      return ENOSPC;
  }
}

/// What a call that was counted has to do.
enum class Verdict { kWork, kFail, kHalf };

/// Counts a call of this kind.
Verdict Count(Call call) {
  if (!armed.load(std::memory_order_relaxed)) return Verdict::kWork;
  if (static_cast<int>(call) != armed_call) return Verdict::kWork;
  const auto mode = static_cast<Mode>(armed_mode.load());
  const std::int64_t number = ++calls_seen;
  if (number < calls_until) return Verdict::kWork;
  if (number > calls_until && mode == Mode::kOnce) return Verdict::kWork;
  if (!happened.exchange(true)) {
#ifdef DOBBY_PRELOADED
    static constexpr char kWords[] = "fault: it has happened\n";
    (void)!::syscall(1, 2, kWords, sizeof kWords - 1);
#endif
  }
  if (mode == Mode::kKill) ::_exit(kKilledStatus);
  if (mode == Mode::kShort && number == calls_until) return Verdict::kHalf;
  errno = ErrorOf(call);
  return Verdict::kFail;
}

bool Fails(Call call) { return Count(call) != Verdict::kWork; }

bool IsRegular(int fd) {
  const int before = errno;
  struct stat status{};
  const bool regular =
      fd > 2 && ::fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
  errno = before;
  return regular;
}

/// Files of the system are none of the program's own.
bool IsOwn(const char* path) {
  for (const char* place : {"/proc/", "/sys/", "/dev/", "/etc/", "/usr/"}) {
    const bool in_memory = std::strncmp(path, "/dev/shm/", 9) == 0;
    if (!in_memory && std::strncmp(path, place, std::strlen(place)) == 0) {
      return false;
    }
  }
  return true;
}

template <class Function>
Function* Real(Function*, const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

}  // namespace

void Arm(const Fault& fault) {
  armed_call = static_cast<int>(fault.call);
  armed_mode = static_cast<int>(fault.mode);
  calls_until = fault.at;
  calls_seen = 0;
  happened = false;
  armed = true;
}

bool Disarm() {
  armed = false;
  return happened;
}

}  // namespace dobby::faults

namespace {
using dobby::faults::Call;
using dobby::faults::Count;
using dobby::faults::Fails;
using dobby::faults::IsOwn;
using dobby::faults::IsRegular;
using dobby::faults::Real;
using dobby::faults::Verdict;
}  // namespace

// The real function of a name, looked up once.
#define REAL(NAME)                                  \
  ([] {                                             \
    static auto* const real = Real(&::NAME, #NAME); \
    return real;                                    \
  }())

extern "C" {

#define OPEN_MODE(FLAGS)                                           \
  mode_t mode = 0;                                                 \
  if (((FLAGS) & O_CREAT) || ((FLAGS) & O_TMPFILE) == O_TMPFILE) { \
    va_list rest;                                                  \
    va_start(rest, FLAGS);                                         \
    mode = va_arg(rest, mode_t);                                   \
    va_end(rest);                                                  \
  }

int open(const char* path, int flags, ...) {
  OPEN_MODE(flags)
  if (IsOwn(path) && Fails(Call::kOpen)) return -1;
  return REAL(open)(path, flags, mode);
}

int open64(const char* path, int flags, ...) {
  OPEN_MODE(flags)
  if (IsOwn(path) && Fails(Call::kOpen)) return -1;
  return REAL(open64)(path, flags, mode);
}

int openat(int folder, const char* path, int flags, ...) {
  OPEN_MODE(flags)
  if (IsOwn(path) && Fails(Call::kOpen)) return -1;
  return REAL(openat)(folder, path, flags, mode);
}

int openat64(int folder, const char* path, int flags, ...) {
  OPEN_MODE(flags)
  if (IsOwn(path) && Fails(Call::kOpen)) return -1;
  return REAL(openat64)(folder, path, flags, mode);
}

FILE* fopen(const char* path, const char* how) {
  if (IsOwn(path) && Fails(Call::kOpen)) return nullptr;
  return REAL(fopen)(path, how);
}

FILE* fopen64(const char* path, const char* how) {
  if (IsOwn(path) && Fails(Call::kOpen)) return nullptr;
  return REAL(fopen64)(path, how);
}

// Does half the work where the verdict is so; `SIZE` is of the whole.
#define WRITE(FD, SIZE, FULL, HALF)                           \
  if (IsRegular(FD)) {                                        \
    const Verdict verdict = Count(Call::kWrite);              \
    if (verdict == Verdict::kFail) return -1;                 \
    if (verdict == Verdict::kHalf && (SIZE) > 1) return HALF; \
  }                                                           \
  return FULL;

ssize_t write(int fd, const void* bytes,
              size_t size){WRITE(fd, size, REAL(write)(fd, bytes, size),
                                 REAL(write)(fd, bytes, size / 2))}

ssize_t pwrite(int fd, const void* bytes, size_t size,
               off_t at){WRITE(fd, size, REAL(pwrite)(fd, bytes, size, at),
                               REAL(pwrite)(fd, bytes, size / 2, at))}

ssize_t pwrite64(int fd, const void* bytes, size_t size, off64_t at){
    WRITE(fd, size, REAL(pwrite64)(fd, bytes, size, at),
          REAL(pwrite64)(fd, bytes, size / 2, at))}

ssize_t writev(int fd, const struct iovec* parts,
               int count){WRITE(fd, count, REAL(writev)(fd, parts, count),
                                REAL(writev)(fd, parts, count / 2))}

size_t fwrite(const void* bytes, size_t size, size_t count, FILE* file) {
  const int fd = ::fileno(file);
  if (IsRegular(fd) && Fails(Call::kWrite)) return 0;
  return REAL(fwrite)(bytes, size, count, file);
}

int fflush(FILE* file) {
  if (file != nullptr && IsRegular(::fileno(file)) && Fails(Call::kWrite)) {
    return EOF;
  }
  return REAL(fflush)(file);
}

int ftruncate(int fd, off_t size) __THROW {
  if (IsRegular(fd) && Fails(Call::kWrite)) return -1;
  return REAL(ftruncate)(fd, size);
}

int ftruncate64(int fd, off64_t size) __THROW {
  if (IsRegular(fd) && Fails(Call::kWrite)) return -1;
  return REAL(ftruncate64)(fd, size);
}

int fsync(int fd) {
  if (Fails(Call::kSync)) return -1;
  return REAL(fsync)(fd);
}

int fdatasync(int fd) {
  if (Fails(Call::kSync)) return -1;
  return REAL(fdatasync)(fd);
}

int rename(const char* from, const char* to) __THROW {
  if (Fails(Call::kRename)) return -1;
  return REAL(rename)(from, to);
}

int renameat(int from_fd, const char* from, int to_fd, const char* to) __THROW {
  if (Fails(Call::kRename)) return -1;
  return REAL(renameat)(from_fd, from, to_fd, to);
}

int renameat2(int from_fd, const char* from, int to_fd, const char* to,
              unsigned flags) __THROW {
  if (Fails(Call::kRename)) return -1;
  return REAL(renameat2)(from_fd, from, to_fd, to, flags);
}

int link(const char* from, const char* to) __THROW {
  if (Fails(Call::kRename)) return -1;
  return REAL(link)(from, to);
}

int linkat(int from_fd, const char* from, int to_fd, const char* to,
           int flags) __THROW {
  if (Fails(Call::kRename)) return -1;
  return REAL(linkat)(from_fd, from, to_fd, to, flags);
}

int mkdir(const char* path, mode_t mode) __THROW {
  if (Fails(Call::kFolder)) return -1;
  return REAL(mkdir)(path, mode);
}

int mkdirat(int folder, const char* path, mode_t mode) __THROW {
  if (Fails(Call::kFolder)) return -1;
  return REAL(mkdirat)(folder, path, mode);
}

int unlink(const char* path) __THROW {
  if (Fails(Call::kRemove)) return -1;
  return REAL(unlink)(path);
}

int unlinkat(int folder, const char* path, int flags) __THROW {
  if (Fails(Call::kRemove)) return -1;
  return REAL(unlinkat)(folder, path, flags);
}

int rmdir(const char* path) __THROW {
  if (Fails(Call::kRemove)) return -1;
  return REAL(rmdir)(path);
}

int remove(const char* path) __THROW {
  if (Fails(Call::kRemove)) return -1;
  return REAL(remove)(path);
}

#ifdef DOBBY_PRELOADED
// The C library's own names for what stands behind these.
void* __libc_malloc(size_t size);
void* __libc_calloc(size_t count, size_t size);
void* __libc_realloc(void* old, size_t size);
void* __libc_memalign(size_t alignment, size_t size);

void* malloc(size_t size) {
  return Fails(Call::kAllocate) ? nullptr : __libc_malloc(size);
}
void* calloc(size_t count, size_t size) {
  return Fails(Call::kAllocate) ? nullptr : __libc_calloc(count, size);
}
void* realloc(void* old, size_t size) {
  return Fails(Call::kAllocate) ? nullptr : __libc_realloc(old, size);
}
void* aligned_alloc(size_t alignment, size_t size) {
  return Fails(Call::kAllocate) ? nullptr : __libc_memalign(alignment, size);
}
int posix_memalign(void** out, size_t alignment, size_t size) {
  if (Fails(Call::kAllocate)) return ENOMEM;
  *out = __libc_memalign(alignment, size);
  return *out == nullptr ? ENOMEM : 0;
}

__attribute__((constructor)) static void ArmFromEnvironment() {
  const char* words = ::getenv("DOBBY_FAULT");
  char call[16], mode[16];
  long long at = 0;
  if (words == nullptr ||
      ::sscanf(words, "%15s %15s %lld", call, mode, &at) != 3) {
    return;
  }
  static constexpr const char* kCalls[] = {
      "open", "write", "sync", "rename", "folder", "remove", "allocate"};
  static constexpr const char* kModes[] = {"once", "from", "short", "kill"};
  dobby::faults::Fault fault;
  fault.at = at;
  for (int i = 0; i < 7; ++i) {
    if (!std::strcmp(call, kCalls[i])) fault.call = static_cast<Call>(i);
  }
  for (int i = 0; i < 4; ++i) {
    if (!std::strcmp(mode, kModes[i])) {
      fault.mode = static_cast<dobby::faults::Mode>(i);
    }
  }
  dobby::faults::Arm(fault);
}
#endif

}  // extern "C"

#ifndef DOBBY_PRELOADED
void* operator new(std::size_t size) {
  void* memory = Fails(Call::kAllocate) ? nullptr : std::malloc(size);
  if (memory == nullptr) {
    if (const auto handle = std::get_new_handler()) handle();
    throw std::bad_alloc();
  }
  return memory;
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return Fails(Call::kAllocate) ? nullptr : std::malloc(size);
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
#endif
