package dev.ringway;

/// A signal that has come, and who has sent it. See `man 2 signalfd`.
///
/// @param signal which
/// @param pid    the process that sent it; 0 if it was the kernel, [#UNKNOWN] where that is not told (kqueue)
/// @param user   its real user id, or [#UNKNOWN]
public record SignalInfo(Signal signal, long pid, int user) {
    /// Who has sent it is not told.
    public static final int UNKNOWN = -1;
}
