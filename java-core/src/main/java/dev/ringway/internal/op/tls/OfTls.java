package dev.ringway.internal.op.tls;

/// An operation that users start on a TLS connection, in contrast to those by which the connection uses its socket.
interface OfTls {}
