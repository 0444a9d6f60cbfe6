package dev.ringway;

/// What a wait for processes waits for. See `man 2 waitid`.
public enum WaitOption {
    /// One has ended: WEXITED.
    EXITED,
    /// One was stopped by a signal: WSTOPPED, also called WUNTRACED.
    STOPPED,
    /// One that was stopped goes on: WCONTINUED.
    CONTINUED,
    /// Leaves what is told to be told again, to this process or another wait: WNOWAIT.
    NO_WAIT
}
