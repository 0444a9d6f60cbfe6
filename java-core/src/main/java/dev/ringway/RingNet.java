package dev.ringway;

import dev.ringway.internal.op.Driver;
import dev.ringway.internal.op.net.ConnectTo;
import dev.ringway.internal.op.net.ListenOn;
import dev.ringway.internal.op.net.OpenSocket;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.time.Duration;

/// What a ring can do with the network. Got from [Ring#net()]; may be used from any thread.
public final class RingNet {
    private final Driver driver;

    RingNet(Driver driver) {
        this.driver = driver;
    }

    /// Connects to an address with a new socket; a failure leaves no fd behind. See `man 2 connect`.
    ///
    /// @param address a resolved [java.net.InetSocketAddress], or a [java.net.UnixDomainSocketAddress]
    public Operation<AsyncSocket> connect(SocketAddress address, Completion<? super AsyncSocket> done) {
        return prepareConnect(address).start(done);
    }

    /// The long form of [#connect(SocketAddress, Completion)].
    public Operation<AsyncSocket> prepareConnect(SocketAddress address) {
        return new ConnectTo(driver, address);
    }

    /// Listens on an address with a new socket, with SO_REUSEADDR; a failure leaves no fd behind. See `man 2 listen`.
    ///
    /// @param address a resolved [java.net.InetSocketAddress], port 0 for any, or a [java.net.UnixDomainSocketAddress]
    public Operation<AsyncListener> listen(SocketAddress address, Completion<? super AsyncListener> done) {
        return prepareListen(address).start(done);
    }

    /// The long form of [#listen(SocketAddress, Completion)].
    public Listen prepareListen(SocketAddress address) {
        return new ListenOn(driver, address);
    }

    /// Makes a stream socket that is neither bound nor connected. See `man 2 socket`.
    ///
    /// @param family one of [java.net.StandardProtocolFamily]
    public Operation<AsyncSocket> socket(ProtocolFamily family, Completion<? super AsyncSocket> done) {
        return prepareSocket(family).start(done);
    }

    /// The long form of [#socket(ProtocolFamily, Completion)].
    public Operation<AsyncSocket> prepareSocket(ProtocolFamily family) {
        return new OpenSocket(driver, family);
    }

    /// A listen, before it starts. See `man 2 listen`.
    public interface Listen extends Operation<AsyncListener> {
        /// Connections that may wait to be accepted, at least 1, by default 1024; the kernel caps it at
        /// `net.core.somaxconn`.
        Listen backlog(int connections);

        /// Lets other sockets listen on the same address if they ask for this too, before they are bound: Linux spreads
        /// new connections over them. For IP addresses only. See SO_REUSEPORT in `man 7 socket`, and
        /// [RingGroup#listen].
        Listen reusePort();

        @Override
        Listen timeout(Duration limit);
    }
}
