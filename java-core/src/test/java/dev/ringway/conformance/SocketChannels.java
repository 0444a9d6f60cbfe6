package dev.ringway.conformance;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/// Clients of the JDK's, to be closed together.
final class SocketChannels implements AutoCloseable {
    private final List<SocketChannel> channels = new ArrayList<>();

    /// A client that has connected.
    SocketChannel connect(SocketAddress address) throws IOException {
        SocketChannel channel = SocketChannel.open(address);
        channels.add(channel);
        return channel;
    }

    /// Whether one more client is taken without waiting.
    boolean connectsAtOnce(SocketAddress address) throws IOException {
        SocketChannel channel = SocketChannel.open(
                address instanceof UnixDomainSocketAddress ? StandardProtocolFamily.UNIX : StandardProtocolFamily.INET);
        channels.add(channel);
        channel.configureBlocking(false);
        try {
            return channel.connect(address);
        } catch (IOException full) {
            return false;
        }
    }

    /// Whether every client has seen the end of its connection.
    boolean areOver() {
        return channels.stream().allMatch(SocketChannels::isOver);
    }

    private static boolean isOver(SocketChannel channel) {
        try {
            channel.configureBlocking(false);
            return channel.read(ByteBuffer.allocate(1)) == -1;
        } catch (IOException reset) {
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        for (SocketChannel channel : channels) {
            channel.close();
        }
    }
}
