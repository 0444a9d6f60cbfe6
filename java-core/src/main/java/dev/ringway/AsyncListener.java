package dev.ringway;

import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.io.Duplicate;
import dev.ringway.internal.op.net.AcceptEach;
import dev.ringway.internal.op.net.GetOption;
import dev.ringway.internal.op.net.Name;
import dev.ringway.internal.op.net.SetOption;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.time.Duration;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/// A listening socket.
///
/// Accepted sockets are close-on-exec; their peer's address is read on demand. Accepts overlap freely.
///
/// An accept fails with [ErrnoException] EMFILE or ENFILE if no fd is left; an iteration waits and goes on instead.
public final class AsyncListener extends AsyncFd {
    AsyncListener(Handle handle) {
        super(handle);
    }

    @Override
    AsyncListener to(Handle other) {
        return new AsyncListener(other);
    }

    /// Accepts one connection. See `man 2 accept`.
    public Operation<AsyncSocket> accept(Completion<? super AsyncSocket> done) {
        return prepareAccept().start(done);
    }

    /// The long form of [#accept(Completion)].
    public Accept prepareAccept() {
        return new dev.ringway.internal.op.net.Accept(handle);
    }

    /// Accepts every connection until it is cancelled or fails. Where the process has no fd left it waits, 10 ms
    /// doubling to 1 s, and goes on. See `man 3 io_uring_prep_multishot_accept`.
    ///
    /// @param each gets the sockets, which are its to close
    /// @param done told once why no more will come
    public Iteration<AsyncSocket> acceptEach(Each<? super AsyncSocket> each, Completion<@Nullable Void> done) {
        return prepareAcceptEach().start(each, done);
    }

    /// The long form of [#acceptEach(Each, Completion)].
    public Iteration<AsyncSocket> prepareAcceptEach() {
        return new AcceptEach(handle);
    }

    /// The connections as a publisher of sockets, which are the subscriber's to close; it never completes.
    ///
    /// Every subscriber has an iteration of its own, and they compete. Signals come on the polling thread, a refusal
    /// too, through `onError`; what a subscriber throws cancels its subscription and goes to the ring's uncaught
    /// handler. A socket that was accepted and not delivered when the subscription ends is closed. See `man 3
    /// io_uring_prep_multishot_accept`.
    public Flow.Publisher<AsyncSocket> acceptPublisher() {
        return new IterationPublisher<>(handle.driver, this::prepareAcceptEach);
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

    /// The address it is bound to. See `man 2 getsockname`.
    public Operation<SocketAddress> localAddress(Completion<? super SocketAddress> done) {
        return prepareLocalAddress().start(done);
    }

    /// The long form of [#localAddress(Completion)].
    public Operation<SocketAddress> prepareLocalAddress() {
        return new Name(handle, false);
    }

    /// Makes another fd for the same listening socket, close-on-exec. Duplicates share its queue; the port stays open
    /// until the last is closed; each has turns of its own, and between operations on different ones no order is
    /// promised. See `man 2 dup`.
    public Operation<AsyncListener> duplicate(Completion<? super AsyncListener> done) {
        return prepareDuplicate().start(done);
    }

    /// The long form of [#duplicate(Completion)].
    public Operation<AsyncListener> prepareDuplicate() {
        return new Duplicate<>(handle, this::to);
    }

    /// An accept, before it starts. See `man 2 accept`.
    public interface Accept extends Operation<AsyncSocket> {
        /// Takes the peer's address along, so that [AsyncSocket#peerAddress] knows it, also of a peer that has gone.
        ///
        /// @return this
        /// @throws IllegalStateException if it was started already
        Accept withAddress();

        @Override
        Accept timeout(Duration limit);
    }
}
