package dev.ringway.internal.uring;

import dev.ringway.internal.ffi.Errno;
import java.io.IOException;
import java.io.Serial;
import java.nio.file.Files;
import java.nio.file.Path;

/// io_uring cannot be used here; the message names the call, the likely cause and the remedy.
public final class SetupFailure extends IOException {
    @Serial
    private static final long serialVersionUID = 1;

    private static final Path DISABLED = Path.of("/proc/sys/kernel/io_uring_disabled");

    private final int errno;

    SetupFailure(String message, int errno) {
        super(message);
        this.errno = errno;
    }

    /// @param call  the call that failed
    /// @param errno what it failed with
    static SetupFailure of(String call, int errno) {
        return new SetupFailure(call + ": " + Errno.name(errno) + "; " + cause(call, errno), errno);
    }

    /// The error number, positive; 0 if none was involved.
    int errno() {
        return errno;
    }

    private static String cause(String call, int errno) {
        if (errno == Errno.EPERM || errno == Errno.EACCES) {
            String sysctl = readSysctl();
            return sysctl.equals("0") || sysctl.isEmpty()
                    ? "a seccomp filter forbids it, as the default profile of container runtimes does;"
                            + " allow io_uring_setup, io_uring_enter and io_uring_register"
                    : "the sysctl kernel.io_uring_disabled is " + sysctl + "; set it to 0, or to 1 and add this"
                            + " process's group to kernel.io_uring_group";
        }
        if (errno == Errno.ENOSYS) {
            return "the kernel was built without io_uring, or a seccomp filter hides it";
        }
        if (errno == Errno.ENOMEM) {
            return "the limit for locked memory is too low; raise RLIMIT_MEMLOCK (ulimit -l)";
        }
        if (errno == Errno.EMFILE || errno == Errno.ENFILE) {
            return "no file descriptor is left; raise RLIMIT_NOFILE (ulimit -n)";
        }
        if (errno == Errno.EINVAL) {
            return "the kernel is older than Linux 6.1, or does not know " + call + " in this form";
        }
        return Errno.message(errno);
    }

    private static String readSysctl() {
        try {
            return Files.readString(DISABLED).strip();
        } catch (IOException notThere) {
            return "";
        }
    }
}
