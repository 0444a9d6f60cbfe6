package dev.ringway.storm;

/// What is shot at.
enum Kind {
    ACCEPT,
    ACCEPT_EACH,
    OPEN_FILE,
    OPEN_FIFO,
    RECEIVE,
    RECEIVE_EACH
}
