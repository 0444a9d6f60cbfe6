package dev.ringway.internal.op;

/// What kqueue(2) tells beside readiness: signals, and changes to files. Who listens is told on the polling thread.
public interface Notes {
    /// Any thread: tells of a signal from now on.
    ///
    /// @param signal as Linux numbers it
    /// @return 0 or -errno
    int addSignal(int signal, Noted who);

    /// Any thread: tells no more of it. What is under way may still come.
    void removeSignal(int signal, Noted who);

    /// Owner: tells of what happens to a file from now on, until [#removeFile].
    ///
    /// @param fd of the file
    /// @return 0 or -errno
    int addFile(int fd, Noted who);

    /// Owner: the fd is about to be closed. Also after the loop has ended, and then on any thread.
    void removeFile(int fd);

    /// Who listens. Called from the top of the loop, and does not call users back.
    interface Noted {
        /// @param what  `NOTE_…` of a file, 0 of a signal
        /// @param count how often a signal came since it was told last, at least 1
        void noted(int what, int count);
    }
}
