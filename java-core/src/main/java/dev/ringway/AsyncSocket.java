package dev.ringway;

import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.io.Duplicate;
import dev.ringway.internal.op.net.Bind;
import dev.ringway.internal.op.net.Connect;
import dev.ringway.internal.op.net.GetOption;
import dev.ringway.internal.op.net.Name;
import dev.ringway.internal.op.net.ReceiveEach;
import dev.ringway.internal.op.net.ReceiveLease;
import dev.ringway.internal.op.net.ReceiveLeaseFrom;
import dev.ringway.internal.op.net.SetOption;
import dev.ringway.internal.op.net.Shutdown;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.channels.ByteChannel;
import java.time.Duration;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/// A socket: of a stream of bytes, or of messages.
///
/// On a socket of messages (datagrams, raw packets) each receive takes one message, or as much of it as there is room
/// for, and an empty one is a count of 0; each send makes one. Messages that an iteration or a publisher has received
/// and not delivered are lost, and it passes over empty ones.
///
/// Operations of one direction run one at a time, in the order they were started, so that concurrent sends never mix
/// their bytes. At most [Ring.Builder#queueLimit] can wait for their turn; one more throws
/// [java.nio.channels.ReadPendingException] or [java.nio.channels.WritePendingException], and so does any receive while
/// an iteration holds the read side. Once the peer has reset the connection, every later receive says so.
///
/// Several buffers (`Buf[]`) are filled, or consumed, one after the other, in one call where that is possible; there
/// may be 1 to 1024 (IOV_MAX), none of them twice, and the array is copied.
///
/// Failures are those of `java.net`: [java.net.ConnectException] if nobody listens or answers there,
/// [java.net.NoRouteToHostException], [java.net.BindException] if the address is in use or not this machine's,
/// [java.net.SocketException] if the connection is gone or was never made; [java.nio.file.AccessDeniedException] for
/// EACCES, such as for a port that needs a privilege; [ErrnoException] for the rest. An address is refused when the
/// operation is prepared: with [java.nio.channels.UnresolvedAddressException], with
/// [java.nio.channels.UnsupportedAddressTypeException] if it is of another family than the socket.
public final class AsyncSocket extends AsyncFd implements ByteStream {
    AsyncSocket(Handle handle) {
        super(handle);
    }

    @Override
    AsyncSocket to(Handle other) {
        return new AsyncSocket(other);
    }

    /// Receives up to [Buf#writable()] bytes, at least one, and appends them to `dst`; completes with -1 at the end of
    /// the stream. With no room it completes with 0 and takes nothing. See `man 2 recv`.
    @Override
    public IntOperation receive(Buf dst, IntCompletion done) {
        return prepareReceive(dst).start(done);
    }

    /// The long form of [#receive(Buf, IntCompletion)].
    @Override
    public Receive prepareReceive(Buf dst) {
        return new dev.ringway.internal.op.net.Receive(handle, dst);
    }

    /// Receives exactly `n` bytes and appends them to `dst`; fails with [java.io.EOFException] if the stream ends
    /// before, and then, as after every failure, says how many have come, which are in `dst`. It keeps its turn until
    /// the end, so that no other receive gets bytes in between. See `man 2 recv`.
    ///
    /// @param n 0 to [Buf#writable()]
    public IntOperation receiveN(Buf dst, int n, IntCompletion done) {
        return prepareReceiveN(dst, n).start(done);
    }

    /// The long form of [#receiveN(Buf, int, IntCompletion)].
    public ReceiveN prepareReceiveN(Buf dst, int n) {
        return new dev.ringway.internal.op.net.Receive(handle, dst, n);
    }

    /// Receives into several buffers, the first of them first, and appends to them; completes with -1 at the end of the
    /// stream. See `man 2 recvmsg`.
    public IntOperation receive(Buf[] dsts, IntCompletion done) {
        return prepareReceive(dsts).start(done);
    }

    /// The long form of [#receive(Buf\[\], IntCompletion)].
    public Receive prepareReceive(Buf[] dsts) {
        return new dev.ringway.internal.op.net.Receive(handle, dsts);
    }

    /// Receives exactly `n` bytes into several buffers, the first of them first; otherwise like
    /// [#receiveN(Buf, int, IntCompletion)]. See `man 2 recvmsg`.
    ///
    /// @param n 0 to what the buffers can take together
    public IntOperation receiveN(Buf[] dsts, int n, IntCompletion done) {
        return prepareReceiveN(dsts, n).start(done);
    }

    /// The long form of [#receiveN(Buf\[\], int, IntCompletion)].
    public ReceiveN prepareReceiveN(Buf[] dsts, int n) {
        return new dev.ringway.internal.op.net.Receive(handle, dsts, n);
    }

    /// Receives a message, appends it to `dst`, and tells who sent it and whether all of it fitted. On a stream it
    /// receives like [#receive(Buf, IntCompletion)], with a count of -1 at the end. See `man 2 recvmsg`.
    public Operation<Received> receiveFrom(Buf dst, Completion<? super Received> done) {
        return prepareReceiveFrom(dst).start(done);
    }

    /// The long form of [#receiveFrom(Buf, Completion)].
    public ReceiveFrom prepareReceiveFrom(Buf dst) {
        return new dev.ringway.internal.op.net.ReceiveFrom(handle, dst);
    }

    /// Receives a message into several buffers, the first of them first; otherwise like
    /// [#receiveFrom(Buf, Completion)]. See `man 2 recvmsg`.
    public Operation<Received> receiveFrom(Buf[] dsts, Completion<? super Received> done) {
        return prepareReceiveFrom(dsts).start(done);
    }

    /// The long form of [#receiveFrom(Buf\[\], Completion)].
    public ReceiveFrom prepareReceiveFrom(Buf[] dsts) {
        return new dev.ringway.internal.op.net.ReceiveFrom(handle, dsts);
    }

    /// Receives once into a buffer of a pool, whose lease the caller has to release; completes with null at the end of
    /// the stream. While it waits it holds no buffer; where the pool has none left it waits for one. See `man 2 recv`.
    ///
    /// A lease that nobody gets, because its future was cancelled or its thread interrupted when it had come, is put
    /// back: see [Operation#putBack].
    ///
    /// @param pool of the same ring
    public Operation<@Nullable Buf> receive(BufPool pool, Completion<? super @Nullable Buf> done) {
        return prepareReceive(pool).start(done);
    }

    /// The long form of [#receive(BufPool, Completion)].
    public Operation<@Nullable Buf> prepareReceive(BufPool pool) {
        return new ReceiveLease(handle, pool.memory());
    }

    /// Receives a message into a buffer of a pool, like [#receive(BufPool, Completion)], and tells who sent it and
    /// whether all of it fitted. See `man 2 recvmsg`.
    ///
    /// @param pool of the same ring
    public Operation<ReceivedLease> receiveFrom(BufPool pool, Completion<? super ReceivedLease> done) {
        return prepareReceiveFrom(pool).start(done);
    }

    /// The long form of [#receiveFrom(BufPool, Completion)].
    public Operation<ReceivedLease> prepareReceiveFrom(BufPool pool) {
        return new ReceiveLeaseFrom(handle, pool.memory());
    }

    /// Receives into buffers of a pool until the stream ends, it is cancelled, or it fails; meanwhile no other receive
    /// may start. Bytes that were received and not delivered are what the next receive gets. See `man 3
    /// io_uring_prep_recv_multishot`.
    ///
    /// @param pool of the same ring
    /// @param each gets the leases, which are its to release
    /// @param done told once: without failure at the end of the stream
    public Iteration<Buf> receiveEach(BufPool pool, Each<? super Buf> each, Completion<@Nullable Void> done) {
        return prepareReceiveEach(pool).start(each, done);
    }

    /// The long form of [#receiveEach(BufPool, Each, Completion)].
    public Iteration<Buf> prepareReceiveEach(BufPool pool) {
        return new ReceiveEach(handle, pool.memory());
    }

    /// What is received as a publisher of leases, which are the subscriber's to release; it completes at the end of the
    /// stream.
    ///
    /// It has one subscriber at a time; another gets [java.nio.channels.ReadPendingException], like everything that
    /// refuses, through `onError`. Signals come on the polling thread; what a subscriber throws cancels its
    /// subscription and goes to the ring's uncaught handler. Bytes that were received and not delivered when the
    /// subscription ends are what the next receive gets. See `man 3 io_uring_prep_recv_multishot`.
    ///
    /// @param pool of the same ring
    /// @throws IllegalArgumentException if the pool belongs to another ring
    public Flow.Publisher<Buf> receivePublisher(BufPool pool) {
        prepareReceiveEach(pool); // refuses a pool that does not fit here, not in subscribe
        return new IterationPublisher<>(handle.driver, () -> prepareReceiveEach(pool));
    }

    /// Sends some of the content of `src`, at least one byte if there is one, and consumes it; never raises SIGPIPE.
    /// See `man 2 send`.
    public IntOperation send(Buf src, IntCompletion done) {
        return prepareSend(src).start(done);
    }

    /// The long form of [#send(Buf, IntCompletion)].
    public Send prepareSend(Buf src) {
        return new dev.ringway.internal.op.net.Send(handle, src, false);
    }

    /// Sends the whole content of `src` and consumes it; after a failure the rest is what is left in `src`. It keeps
    /// its turn until the end, so that nothing is sent in between. See `man 2 send`.
    @Override
    public IntOperation sendAll(Buf src, IntCompletion done) {
        return prepareSendAll(src).start(done);
    }

    /// The long form of [#sendAll(Buf, IntCompletion)].
    @Override
    public Send prepareSendAll(Buf src) {
        return new dev.ringway.internal.op.net.Send(handle, src, true);
    }

    /// Sends some of the content of several buffers, that of the first of them first, and consumes it. See `man 2
    /// sendmsg`.
    public IntOperation send(Buf[] srcs, IntCompletion done) {
        return prepareSend(srcs).start(done);
    }

    /// The long form of [#send(Buf\[\], IntCompletion)].
    public Send prepareSend(Buf[] srcs) {
        return new dev.ringway.internal.op.net.Send(handle, srcs, false);
    }

    /// Sends the whole content of several buffers, that of the first of them first, and consumes it; after a failure
    /// the rest is what is left in them. See `man 2 sendmsg`.
    public IntOperation sendAll(Buf[] srcs, IntCompletion done) {
        return prepareSendAll(srcs).start(done);
    }

    /// The long form of [#sendAll(Buf\[\], IntCompletion)].
    public Send prepareSendAll(Buf[] srcs) {
        return new dev.ringway.internal.op.net.Send(handle, srcs, true);
    }

    /// Sends the content of `src` as one message, which may be empty, and consumes it. See `man 2 sendto`.
    ///
    /// @param destination of the socket's family; an IPv4 address fits an IPv6 socket too
    public IntOperation sendTo(Buf src, SocketAddress destination, IntCompletion done) {
        return prepareSendTo(src, destination).start(done);
    }

    /// The long form of [#sendTo(Buf, SocketAddress, IntCompletion)].
    public Send prepareSendTo(Buf src, SocketAddress destination) {
        return new dev.ringway.internal.op.net.Send(handle, new Buf[] {src}, destination);
    }

    /// Sends the content of several buffers as one message, that of the first of them first, and consumes it. See `man
    /// 2 sendmsg`.
    ///
    /// @param destination of the socket's family; an IPv4 address fits an IPv6 socket too
    public IntOperation sendTo(Buf[] srcs, SocketAddress destination, IntCompletion done) {
        return prepareSendTo(srcs, destination).start(done);
    }

    /// The long form of [#sendTo(Buf\[\], SocketAddress, IntCompletion)].
    public Send prepareSendTo(Buf[] srcs, SocketAddress destination) {
        return new dev.ringway.internal.op.net.Send(handle, srcs, destination);
    }

    /// Connects the socket. See `man 2 connect`.
    ///
    /// @param address of the socket's family; an IPv4 address fits an IPv6 socket too
    public Operation<@Nullable Void> connect(SocketAddress address, Completion<@Nullable Void> done) {
        return prepareConnect(address).start(done);
    }

    /// The long form of [#connect(SocketAddress, Completion)].
    public Operation<@Nullable Void> prepareConnect(SocketAddress address) {
        return new Connect(handle, address);
    }

    /// Gives the socket a local address. See `man 2 bind`.
    ///
    /// @param address of the socket's family
    public Operation<@Nullable Void> bind(SocketAddress address, Completion<@Nullable Void> done) {
        return prepareBind(address).start(done);
    }

    /// The long form of [#bind(SocketAddress, Completion)].
    public Operation<@Nullable Void> prepareBind(SocketAddress address) {
        return new Bind(handle, address);
    }

    /// Turns the socket into a listener, which takes the fd over: from then on use that only. See `man 2 listen`.
    ///
    /// @param backlog connections that may wait to be accepted, at least 1; the kernel caps it
    public Operation<AsyncListener> listen(int backlog, Completion<? super AsyncListener> done) {
        return prepareListen(backlog).start(done);
    }

    /// The long form of [#listen(int, Completion)].
    public Operation<AsyncListener> prepareListen(int backlog) {
        return new dev.ringway.internal.op.net.Listen(handle, backlog);
    }

    /// Ends the output, behind everything that is being sent: the peer sees the end of the stream. See `man 2
    /// shutdown`.
    @Override
    public Operation<@Nullable Void> shutdownOutput(Completion<@Nullable Void> done) {
        return prepareShutdownOutput().start(done);
    }

    /// The long form of [#shutdownOutput(Completion)].
    @Override
    public Operation<@Nullable Void> prepareShutdownOutput() {
        return new Shutdown(handle, true);
    }

    /// Ends the input: a receive that waits sees the end of the stream. See `man 2 shutdown`.
    public Operation<@Nullable Void> shutdownInput(Completion<@Nullable Void> done) {
        return prepareShutdownInput().start(done);
    }

    /// The long form of [#shutdownInput(Completion)].
    public Operation<@Nullable Void> prepareShutdownInput() {
        return new Shutdown(handle, false);
    }

    /// The value of a socket option, as the kernel has it: Linux doubles the sizes of buffers that were set. See `man 2
    /// getsockopt`.
    ///
    /// @param option of [java.net.StandardSocketOptions], `jdk.net.ExtendedSocketOptions` or [MoreSocketOptions]
    /// @throws UnsupportedOperationException if there is no such option
    public <T> Operation<T> option(SocketOption<T> option, Completion<? super T> done) {
        return prepareOption(option).start(done);
    }

    /// The long form of [#option(SocketOption, Completion)].
    public <T> Operation<T> prepareOption(SocketOption<T> option) {
        return new GetOption<>(handle, option);
    }

    /// Sets a socket option; one that the system does not have fails with [ErrnoException], ENOPROTOOPT. See `man 2
    /// setsockopt`.
    ///
    /// @param option of [java.net.StandardSocketOptions], `jdk.net.ExtendedSocketOptions` or [MoreSocketOptions]
    /// @throws UnsupportedOperationException if there is no such option, or if it can only be asked for
    /// @throws IllegalArgumentException if the value is out of range
    public <T> Operation<@Nullable Void> setOption(
            SocketOption<T> option, T value, Completion<@Nullable Void> done) {
        return prepareSetOption(option, value).start(done);
    }

    /// The long form of [#setOption(SocketOption, Object, Completion)].
    public <T> Operation<@Nullable Void> prepareSetOption(SocketOption<T> option, T value) {
        return new SetOption<>(handle, option, value);
    }

    /// The address of this end. See `man 2 getsockname`.
    public Operation<SocketAddress> localAddress(Completion<? super SocketAddress> done) {
        return prepareLocalAddress().start(done);
    }

    /// The long form of [#localAddress(Completion)].
    public Operation<SocketAddress> prepareLocalAddress() {
        return new Name(handle, false);
    }

    /// The address of the other end. See `man 2 getpeername`.
    public Operation<SocketAddress> peerAddress(Completion<? super SocketAddress> done) {
        return preparePeerAddress().start(done);
    }

    /// The long form of [#peerAddress(Completion)].
    public Operation<SocketAddress> preparePeerAddress() {
        return new Name(handle, true);
    }

    /// Hands the socket over to another ring, which drives it from then on: returns it as a socket of that ring, and
    /// this one is closed, without close(2). Its peer notices nothing, and no byte is lost.
    ///
    /// For connections that one ring accepts and others serve. Works at once, on the polling thread of the ring that
    /// the socket belongs to, such as in the callback of an accept; the other ring may belong to any thread. With its
    /// own ring it changes nothing.
    ///
    /// @throws IllegalStateException  on another thread, if operations are in flight on it, or if it is closed
    /// @throws java.util.concurrent.RejectedExecutionException if the other ring is closed; then the socket is closed
    ///                                too, since nobody would serve it
    public AsyncSocket moveTo(Ring ring) {
        Handle moved = handle.moveTo(ring.driver());
        return moved == handle ? this : new AsyncSocket(moved);
    }

    /// The socket as a channel for threads that may wait, virtual ones above all; also behind
    /// [java.nio.channels.Channels#newInputStream] and its kin.
    ///
    /// A read moves what there is, at most 8192 bytes, and a write everything. What a read has received beyond what it
    /// was asked for is what the next one gets, of this channel only: make one, and let nothing else receive. One
    /// thread at a time reads, and one writes. Both throw [IllegalStateException] on the polling thread, which must
    /// never wait.
    ///
    /// Closing the channel closes the socket; a thread that reads or writes then gets
    /// [java.nio.channels.AsynchronousCloseException]. An interrupt of such a thread closes it too, and the thread gets
    /// [java.nio.channels.ClosedByInterruptException], its interrupt status set. See `man 2 recv`, `man 2 send`.
    public ByteChannel channel() {
        return new BlockingChannel(this, this::prepareReceive, this::prepareSendAll, true);
    }

    /// A number that changes whenever bytes have been received or sent through this handle, or it was found ready: as
    /// long as it stays the same nothing happens on the connection. It counts up, and wraps around.
    ///
    /// To end connections that are idle, look at it now and then; looking is all that it costs. A send that the kernel
    /// carries out as a whole is asked how far it has come, which the next look finds.
    public int activity() {
        int seen = handle.moves();
        handle.askWriter();
        return seen;
    }

    /// Makes another fd for the same socket, close-on-exec. Duplicates share the connection and what was taken from it
    /// and not delivered; it is shut down when the last is closed; each has turns of its own, and between operations on
    /// different ones no order is promised. See `man 2 dup`.
    public Operation<AsyncSocket> duplicate(Completion<? super AsyncSocket> done) {
        return prepareDuplicate().start(done);
    }

    /// The long form of [#duplicate(Completion)].
    public Operation<AsyncSocket> prepareDuplicate() {
        return new Duplicate<>(handle, this::to);
    }

    /// A receive, before it starts. See `man 2 recv`.
    public interface Receive extends ByteStream.Transfer {
        /// Takes no more than so many bytes, however much room there is: the rest stays where it is, but that of a
        /// message is lost.
        ///
        /// @param bytes not negative
        Receive atMost(int bytes);

        @Override
        Receive timeout(Duration limit);

        /// Deviates from the usual receive.
        ///
        /// @return this
        /// @throws IllegalStateException if it was started already
        Receive flags(ReceiveFlag... wanted);

        @Override
        Receive reset(Buf dst);

        /// Makes the finished operation startable again.
        Receive reset(Buf[] dsts);
    }

    /// A receive of a message, before it starts. See `man 2 recvmsg`.
    public interface ReceiveFrom extends Operation<Received> {
        @Override
        ReceiveFrom timeout(Duration limit);

        /// Deviates from the usual receive.
        ///
        /// @return this
        /// @throws IllegalStateException if it was started already
        ReceiveFrom flags(ReceiveFlag... wanted);

        /// Makes the finished operation startable again.
        ReceiveFrom reset(Buf... dsts);
    }

    /// A receive of a number of bytes, before it starts. See `man 2 recv`.
    public interface ReceiveN extends IntOperation {
        @Override
        ReceiveN timeout(Duration limit);

        /// Deviates from the usual receive.
        ///
        /// @return this
        /// @throws IllegalStateException    if it was started already
        /// @throws IllegalArgumentException with [ReceiveFlag#PEEK], with which the same bytes come again and again
        ReceiveN flags(ReceiveFlag... wanted);

        /// Makes the finished operation startable again.
        ///
        /// @param n 0 to [Buf#writable()]
        ReceiveN reset(Buf dst, int n);

        /// Makes the finished operation startable again.
        ///
        /// @param n 0 to what the buffers can take together
        ReceiveN reset(Buf[] dsts, int n);
    }

    /// A send, before it starts. See `man 2 send`.
    public interface Send extends ByteStream.Transfer {
        /// Sends without copying the bytes, where that can be done: with io_uring over TCP and UDP; elsewhere they are
        /// copied as usual.
        ///
        /// It completes when the kernel reads the buffer no longer, for TCP when the peer has acknowledged all of it,
        /// and nothing can hasten that: once the bytes are on their way a cancel, a timeout and a close come too late.
        /// Other sends go on meanwhile. Worth it from some ten KiB a send; with less, and over the loopback interface,
        /// the copy is cheaper. See `man 3 io_uring_prep_send_zc`.
        ///
        /// @return this
        /// @throws IllegalStateException if it was started already
        Send zeroCopy();

        /// Gives no more than so many bytes of the content, and consumes no more: the rest stays in the buffer.
        ///
        /// @param bytes not negative
        Send atMost(int bytes);

        @Override
        Send timeout(Duration limit);

        /// Deviates from the usual send.
        ///
        /// @return this
        /// @throws IllegalStateException if it was started already
        Send flags(SendFlag... wanted);

        @Override
        Send reset(Buf src);

        /// Makes the finished operation startable again.
        Send reset(Buf[] srcs);
    }
}
