package dev.ringway;

import dev.ringway.internal.op.Driver;
import dev.ringway.internal.op.net.ConnectTo;
import dev.ringway.internal.op.net.ListenOn;
import dev.ringway.internal.op.net.OpenSocket;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.time.Duration;

/// What a ring can do with the network. Got from [Ring#net()]; may be used from any thread.
///
/// Failures, and addresses that are refused, are as [AsyncSocket] has them; [ErrnoException] EMFILE or ENFILE says that
/// no fd is left, [java.nio.file.NoSuchFileException] that the path of a unix socket does not exist.
public final class RingNet {
    private final Driver driver;

    RingNet(Driver driver) {
        this.driver = driver;
    }

    /// Connects to an address with a new socket, over TCP with TCP_NODELAY; a failure leaves no fd behind. See `man 2
    /// connect`.
    ///
    /// @param address a resolved [java.net.InetSocketAddress], or a [java.net.UnixDomainSocketAddress]
    public Operation<AsyncSocket> connect(SocketAddress address, Completion<? super AsyncSocket> done) {
        return prepareConnect(address).start(done);
    }

    /// The long form of [#connect(SocketAddress, Completion)].
    public Connect prepareConnect(SocketAddress address) {
        return new ConnectTo(driver, address);
    }

    /// Listens on an address with a new socket, with SO_REUSEADDR and over TCP with TCP_NODELAY, which its connections
    /// get from it; a failure leaves no fd behind. See `man 2 listen`.
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
    /// @param family one of [java.net.StandardProtocolFamily], or of [MoreProtocolFamily]
    public Operation<AsyncSocket> socket(ProtocolFamily family, Completion<? super AsyncSocket> done) {
        return prepareSocket(family).start(done);
    }

    /// The long form of [#socket(ProtocolFamily, Completion)].
    public Socket prepareSocket(ProtocolFamily family) {
        return prepareSocket(family, SocketType.STREAM);
    }

    /// Makes a socket that is neither bound nor connected, such as one for datagrams. What the system does not have
    /// fails with [ErrnoException]. See `man 2 socket`.
    ///
    /// @param family one of [java.net.StandardProtocolFamily], or of [MoreProtocolFamily]
    public Operation<AsyncSocket> socket(
            ProtocolFamily family, SocketType type, Completion<? super AsyncSocket> done) {
        return prepareSocket(family, type).start(done);
    }

    /// The long form of [#socket(ProtocolFamily, SocketType, Completion)].
    public Socket prepareSocket(ProtocolFamily family, SocketType type) {
        return new OpenSocket(driver, family, type);
    }

    /// A new socket, before it is made. It has the options that the system gives it, TCP_NODELAY off among them. See
    /// `man 2 socket`.
    public interface Socket extends Operation<AsyncSocket> {
        /// What it speaks, by default [SocketProtocol#DEFAULT].
        Socket protocol(SocketProtocol spoken);

        /// Sets an option at once. If the kernel refuses, there is no socket. See `man 2 setsockopt`.
        ///
        /// @return this
        /// @throws UnsupportedOperationException if there is no such option, or if it can only be asked for
        /// @throws IllegalArgumentException if the value is out of range
        <T> Socket option(SocketOption<T> option, T value);

        /// Makes it known to the ring alone, as a direct descriptor; see [Ring#toDirectDescriptor]. For a moment it has
        /// an fd.
        Socket asDirectDescriptor();

        @Override
        Socket timeout(Duration limit);
    }

    /// A connect with a new socket, before it starts. See `man 2 connect`.
    public interface Connect extends Operation<AsyncSocket> {
        /// Sets an option before the socket connects, such as
        /// [java.net.StandardSocketOptions#TCP_NODELAY] to `false`, which is `true` otherwise. If the kernel refuses,
        /// the connect fails. See `man 2 setsockopt`.
        ///
        /// @return this
        /// @throws UnsupportedOperationException if there is no such option, or if it can only be asked for
        /// @throws IllegalArgumentException if the value is out of range
        <T> Connect option(SocketOption<T> option, T value);

        /// Makes it known to the ring alone, as a direct descriptor, once it is connected; see
        /// [Ring#toDirectDescriptor]. Until then it has an fd.
        Connect asDirectDescriptor();

        @Override
        Connect timeout(Duration limit);
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

        /// Sets an option before the socket is bound; its connections get most of them from it, TCP_NODELAY and the
        /// sizes of buffers among them. If the kernel refuses, the listen fails. See `man 2 setsockopt`.
        ///
        /// @return this
        /// @throws UnsupportedOperationException if there is no such option, or if it can only be asked for
        /// @throws IllegalArgumentException if the value is out of range
        <T> Listen option(SocketOption<T> option, T value);

        /// Makes it known to the ring alone, as a direct descriptor, and so the connections that it accepts; see
        /// [Ring#toDirectDescriptor]. For a moment it has an fd.
        Listen asDirectDescriptor();

        @Override
        Listen timeout(Duration limit);
    }
}
