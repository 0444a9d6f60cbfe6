package dev.ringway;

/// How a receive deviates from the usual one. See `man 2 recv`.
public enum ReceiveFlag {
    /// Leaves what it receives where it is (MSG_PEEK).
    PEEK,
    /// Goes on until the buffers are full or the stream ends (MSG_WAITALL); on every backend by receiving again.
    WAIT_ALL,
    /// Takes the byte that was sent out of band (MSG_OOB); fails with EINVAL if there is none. Waits for no turn.
    /// A receive without it that waits meanwhile, or comes before, passes over that byte, which is lost then.
    OOB,
    /// Takes a packet that could not be delivered from the socket's queue of errors (MSG_ERRQUEUE), which Linux fills
    /// if the socket has IP_RECVERR. Waits for no turn.
    ERR_QUEUE,
    /// Descriptors that come with a message would be close-on-exec (MSG_CMSG_CLOEXEC); Ringway takes none.
    CMSG_CLOEXEC
}
