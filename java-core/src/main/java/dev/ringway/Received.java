package dev.ringway;

import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/// What came with a message.
///
/// @param count     bytes that were received; -1 at the end of a stream
/// @param sender    who sent it; null on a stream, and from a unix socket without a name
/// @param truncated whether the message was longer than the buffers, and the rest is lost
public record Received(int count, @Nullable SocketAddress sender, boolean truncated) {}
