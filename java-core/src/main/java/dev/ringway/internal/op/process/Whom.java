package dev.ringway.internal.op.process;

import dev.ringway.internal.ffi.generated.Linux;
import org.jspecify.annotations.Nullable;

/// Which processes, in the kernel's words and, for one that the JVM knows, in its.
///
/// @param idType  of waitid(2)
/// @param id      of waitid(2)
/// @param process of the JVM's, which takes its status
/// @param handle  of a process that may be the JVM's
public record Whom(int idType, int id, @Nullable Process process, @Nullable ProcessHandle handle) {
    public static final Whom OWN_GROUP = new Whom(Linux.P_PGID(), 0, null, null);
    public static final Whom ALL = new Whom(Linux.P_ALL(), 0, null, null);

    public static Whom of(Process process) {
        return new Whom(Linux.P_PID(), checked(process.pid()), process, process.toHandle());
    }

    public static Whom of(ProcessHandle handle) {
        return new Whom(Linux.P_PID(), checked(handle.pid()), null, handle);
    }

    public static Whom process(long pid) {
        return new Whom(Linux.P_PID(), checked(pid), null, null);
    }

    public static Whom group(long pgid) {
        if (pgid == 1) {
            throw new IllegalArgumentException(
                    "process group 1: kill(2) would take it for all processes; name its processes");
        }
        return new Whom(Linux.P_PGID(), checked(pgid), null, null);
    }

    private static int checked(long id) {
        if (id < 1 || id > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("process " + id + ": its number must be 1 to " + Integer.MAX_VALUE);
        }
        return (int) id;
    }

    boolean isOne() {
        return idType == Linux.P_PID();
    }

    /// Whether its status is not ours to take.
    boolean isOfJvm() {
        return handle != null;
    }

    /// Whether the number is still that of the process that the JVM knows.
    boolean isThere() {
        return handle != null && handle.isAlive();
    }

    /// Whether the JVM will know more than it does now.
    boolean isAwaitedByJvm() {
        return process != null ? process.isAlive() : isThere() && !ProcessHandle.current().equals(handle);
    }

    /// In the words of kill(2).
    int killId() {
        return isOne() ? id : idType == Linux.P_PGID() ? -id : -1;
    }

    @Override
    public String toString() {
        if (isOne()) {
            return "process " + id;
        }
        return idType == Linux.P_ALL() ? "all processes" : id == 0 ? "the own process group" : "process group " + id;
    }
}
