package dev.ringway.internal.op;

/// How read(2) and write(2) wait on an fd, where they are attempted: decided once, at its birth.
public enum Waits {
    /// It has O_NONBLOCK, because we made it, or because others did and the kernel cannot be asked otherwise.
    NON_BLOCKING,
    /// It may block, and is not ours to change: every call asks the kernel not to wait, with RWF_NOWAIT. That it is
    /// said to be ready proves nothing: a pipe with a little room is, and a longer write blocks.
    WITH_NOWAIT,
    /// It blocks, and the kernel cannot be asked otherwise: terminals, devices, files.
    ELSEWHERE
}
