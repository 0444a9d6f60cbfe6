package dev.ringway;

import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/// A message in a buffer of a pool, and what came with it.
///
/// @param lease     the message, to be released by who gets it; null at the end of a stream
/// @param sender    who sent it; null on a stream, and from a unix socket without a name
/// @param truncated whether the message was longer than the buffer, and the rest is lost
public record ReceivedLease(@Nullable Buf lease, @Nullable SocketAddress sender, boolean truncated) {}
