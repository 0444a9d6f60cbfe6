package dev.ringway;

import dev.ringway.internal.op.process.Whom;

/// Which processes: those to wait for, or to send a signal to.
///
/// A [Process] or [ProcessHandle] means the process that it was made for. A number means whoever has it when it is
/// used, which may be somebody else once that has ended.
public final class ProcessTarget {
    final Whom whom;

    private ProcessTarget(Whom whom) {
        this.whom = whom;
    }

    /// A process that the JVM has started.
    public static ProcessTarget of(Process process) {
        return new ProcessTarget(Whom.of(process));
    }

    /// A process.
    public static ProcessTarget of(ProcessHandle process) {
        return new ProcessTarget(Whom.of(process));
    }

    /// A process by its number.
    ///
    /// @param pid 1 to 2,147,483,647
    /// @throws IllegalArgumentException if it is another number
    public static ProcessTarget of(long pid) {
        return new ProcessTarget(Whom.process(pid));
    }

    /// The processes of a group.
    ///
    /// @param pgid 2 to 2,147,483,647: with 1, kill(2) would mean all processes
    /// @throws IllegalArgumentException if it is another number
    public static ProcessTarget group(long pgid) {
        return new ProcessTarget(Whom.group(pgid));
    }

    /// The processes of the group that this one belongs to.
    public static ProcessTarget ownGroup() {
        return new ProcessTarget(Whom.OWN_GROUP);
    }

    /// To wait for: any child. To send to: all processes that this one may send to, itself and init left out.
    public static ProcessTarget all() {
        return new ProcessTarget(Whom.ALL);
    }

    /// Who it is, for logs.
    @Override
    public String toString() {
        return whom.toString();
    }
}
