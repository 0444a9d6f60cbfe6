package dev.ringway;

import org.jspecify.annotations.Nullable;

/// What has become of a process. See `man 2 waitid`.
///
/// @param pid        its number
/// @param user       its real user id; -1 if the kernel did not say, which one that the JVM took leave of first may
///                   leave unknown
/// @param code       what it has done
/// @param exitStatus the number it has exited with, 0 to 255; -1 if it was a signal
/// @param signal     the signal that has ended, stopped or continued it; null if it has exited by itself
public record WaitStatus(long pid, int user, Code code, int exitStatus, @Nullable Signal signal) {
    /// What a process can do.
    public enum Code {
        /// It has ended by itself, with a number: CLD_EXITED.
        EXITED,
        /// A signal has ended it: CLD_KILLED.
        KILLED,
        /// A signal has ended it, and its memory was dumped: CLD_DUMPED.
        DUMPED,
        /// Its tracer is told of it: CLD_TRAPPED.
        TRAPPED,
        /// A signal has stopped it: CLD_STOPPED.
        STOPPED,
        /// It goes on after a stop: CLD_CONTINUED.
        CONTINUED
    }

    /// Whether it exists no more.
    public boolean hasEnded() {
        return code == Code.EXITED || code == Code.KILLED || code == Code.DUMPED;
    }
}
