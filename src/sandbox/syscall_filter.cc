#include "sandbox/syscall_filter.h"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <vector>

#include "base/files.h"

namespace dobby {
namespace {

// Newer than the headers of Debian bookworm.
constexpr std::uint32_t kFchmodat2 = 452;
constexpr std::uint32_t kSetxattrat = 463;
constexpr std::uint32_t kRemovexattrat = 466;
constexpr std::uint32_t kOpenTreeAttr = 467;
constexpr std::uint32_t kFileSetattr = 469;

/// Calls that no command needs. Grouped by what they would do.
constexpr std::uint32_t kNever[] = {
    // Programs and processes.
    __NR_execve, __NR_execveat, __NR_fork, __NR_vfork, __NR_ptrace,
    __NR_process_vm_readv, __NR_process_vm_writev, __NR_process_madvise,
    __NR_pidfd_open, __NR_pidfd_getfd, __NR_pidfd_send_signal, __NR_kill,
    __NR_tkill, __NR_rt_sigqueueinfo, __NR_rt_tgsigqueueinfo, __NR_kcmp,
    __NR_setns, __NR_unshare, __NR_personality, __NR_modify_ldt,
    // What could go round the filter, or into the kernel.
    __NR_io_uring_setup, __NR_io_uring_enter, __NR_io_uring_register, __NR_bpf,
    __NR_perf_event_open, __NR_userfaultfd, __NR_add_key, __NR_request_key,
    __NR_keyctl, __NR_iopl, __NR_ioperm,
    // Mounts and the system.
    __NR_mount, __NR_umount2, __NR_move_mount, __NR_open_tree, __NR_fsopen,
    __NR_fsconfig, __NR_fsmount, __NR_fspick, __NR_mount_setattr,
    __NR_pivot_root, __NR_chroot, __NR_init_module, __NR_finit_module,
    __NR_delete_module, __NR_kexec_load, __NR_kexec_file_load, __NR_reboot,
    __NR_swapon, __NR_swapoff, __NR_sethostname, __NR_setdomainname,
    __NR_settimeofday, __NR_clock_settime, __NR_clock_adjtime, __NR_adjtimex,
    __NR_syslog, __NR_acct, __NR_quotactl, __NR_quotactl_fd,
    __NR_name_to_handle_at, __NR_open_by_handle_at, kOpenTreeAttr,
    // Files' owners, permissions and times, which Landlock does not guard.
    __NR_chmod, __NR_fchmod, __NR_fchmodat, kFchmodat2, __NR_chown, __NR_fchown,
    __NR_lchown, __NR_fchownat, __NR_setxattr, __NR_lsetxattr, __NR_fsetxattr,
    __NR_removexattr, __NR_lremovexattr, __NR_fremovexattr, kSetxattrat,
    kRemovexattrat, kFileSetattr, __NR_utime, __NR_utimes, __NR_futimesat,
    __NR_utimensat, __NR_mknod, __NR_mknodat,
    // Who the process is.
    __NR_setuid, __NR_setgid, __NR_setreuid, __NR_setregid, __NR_setresuid,
    __NR_setresgid, __NR_setgroups, __NR_setfsuid, __NR_setfsgid, __NR_capset,
    // Other ways to talk to processes.
    __NR_socketpair, __NR_connect, __NR_sendmmsg, __NR_shmget, __NR_msgget,
    __NR_semget, __NR_mq_open};

/// Calls of a server, which the other commands lack too. sendto and sendmsg
/// could connect (MSG_FASTOPEN), so a server has them only without.
constexpr std::uint32_t kOfServers[] = {__NR_socket, __NR_bind,    __NR_listen,
                                        __NR_accept, __NR_accept4, __NR_sendto,
                                        __NR_sendmsg};

constexpr std::uint32_t kRefuse = SECCOMP_RET_ERRNO | EPERM;

/// Returns the offset of the low half of an argument.
constexpr std::uint32_t Argument(int i) {
  return static_cast<std::uint32_t>(offsetof(seccomp_data, args)) +
         8 * static_cast<std::uint32_t>(i);
}

/// A program of the kernel's filter machine, written from first to last. At
/// the begin of each call below, the number of the system call is loaded.
class FilterWriter {
 public:
  FilterWriter() {
    Load(offsetof(seccomp_data, arch));
    Add(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 1, 0);
    Return(SECCOMP_RET_KILL_PROCESS);
    LoadNumber();
    // Bit 30: the x32 calls, numbered apart.
    Add(BPF_JMP | BPF_JGE | BPF_K, 0x40000000u, 0, 1);
    Return(SECCOMP_RET_KILL_PROCESS);
  }

  void Answer(std::uint32_t call, std::uint32_t action) {
    Add(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 1);
    Return(action);
  }

  /// Lets `call` pass where `argument & mask` is one of `values`.
  void PassOnly(std::uint32_t call, int argument, std::uint32_t mask,
                std::initializer_list<std::uint32_t> values) {
    const auto count = static_cast<std::uint8_t>(values.size());
    // Load, mask, a pair for each value, and the refusal.
    Add(BPF_JMP | BPF_JEQ | BPF_K, call, 0,
        static_cast<std::uint8_t>(3 + 2 * count));
    Load(Argument(argument));
    Add(BPF_ALU | BPF_AND | BPF_K, mask);
    for (const std::uint32_t value : values) {
      Add(BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1);
      Return(SECCOMP_RET_ALLOW);
    }
    Return(kRefuse);
  }

  /// Refuses `call` unless `argument & mask` is `value`; else goes on behind.
  void Require(std::uint32_t call, int argument, std::uint32_t mask,
               std::uint32_t value) {
    Add(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 5);
    Load(Argument(argument));
    Add(BPF_ALU | BPF_AND | BPF_K, mask);
    Add(BPF_JMP | BPF_JEQ | BPF_K, value, 1, 0);
    Return(kRefuse);
    LoadNumber();
  }

  std::vector<sock_filter> Finish() {
    Return(SECCOMP_RET_ALLOW);
    return std::move(program_);
  }

 private:
  void Add(int code, std::uint32_t k, std::uint8_t if_true = 0,
           std::uint8_t if_false = 0) {
    program_.push_back(
        {static_cast<std::uint16_t>(code), if_true, if_false, k});
  }
  void Load(std::size_t offset) {
    Add(BPF_LD | BPF_W | BPF_ABS, static_cast<std::uint32_t>(offset));
  }
  void LoadNumber() { Load(offsetof(seccomp_data, nr)); }
  void Return(std::uint32_t action) { Add(BPF_RET | BPF_K, action); }

  std::vector<sock_filter> program_;
};

/// A server listens on TCP and answers; it sends to nobody else.
void AddServerRules(FilterWriter& filter) {
  filter.Require(__NR_socket, 0, ~0u, AF_INET);
  filter.Require(__NR_socket, 1, 0xF, SOCK_STREAM);
  filter.Require(__NR_sendto, 3, MSG_FASTOPEN, 0);
  filter.Require(__NR_sendmsg, 2, MSG_FASTOPEN, 0);
}

std::vector<sock_filter> FilterOf(bool serves) {
  FilterWriter filter;
  if (serves) AddServerRules(filter);
  for (const std::uint32_t call : kNever) filter.Answer(call, kRefuse);
  for (const std::uint32_t call : kOfServers) {
    if (!serves) filter.Answer(call, kRefuse);
  }
  // Threads, but no processes and no namespaces. The flags of clone3 lie in
  // memory, so it is said not to exist and the C library takes clone.
  filter.Answer(__NR_clone3, SECCOMP_RET_ERRNO | ENOSYS);
  filter.PassOnly(__NR_clone, 0, CLONE_THREAD, {CLONE_THREAD});
  // abort() signals its own process.
  filter.PassOnly(__NR_tgkill, 0, ~0u,
                  {static_cast<std::uint32_t>(::getpid())});
  // Questions alone: TIOCSTI would type into the user's terminal.
  filter.PassOnly(__NR_ioctl, 1, ~0u, {TCGETS, TIOCGWINSZ, FIONREAD, FIONBIO});
  return filter.Finish();
}

}  // namespace

bool HasSyscallFilters() {
#ifdef __x86_64__
  // No program at that address: EFAULT where there are filters.
  return ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, nullptr, 0, 0) != 0 &&
         errno == EFAULT;
#else
  return false;
#endif
}

Result<void> RestrictSyscalls(bool serves) {
  std::vector<sock_filter> program = FilterOf(serves);
  const sock_fprog filter = {static_cast<std::uint16_t>(program.size()),
                             program.data()};
  if (::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0) == 0) {
    return {};
  }
  return SystemError("seccomp", "cannot filter system calls");
}

}  // namespace dobby
