package dev.ringway.kotlin

import dev.ringway.AsyncFd
import dev.ringway.Buf
import dev.ringway.IntOperation
import dev.ringway.Ring
import kotlin.time.Duration

/**
 * Does nothing, through the kernel where it has a word for that, and so shows that the ring turns. See `man 3
 * io_uring_prep_nop`.
 *
 * Throws [java.nio.channels.InterruptedByTimeoutException] after [timeout]. May be called from any thread.
 *
 * If the coroutine is cancelled, this throws [CancellationException][kotlinx.coroutines.CancellationException].
 */
public suspend fun Ring.nop(timeout: Duration = Duration.INFINITE): Unit = Nops.finish(this, Unit, timeout)

private object Nops : Door<Ring, Ring.Nop, Unit> {
    override fun make(subject: Ring, argument: Unit, number: Long) = subject.prepareNop()

    override fun again(operation: Ring.Nop, argument: Unit, number: Long) {
        operation.reset()
    }
}

/**
 * Starts several operations at once and suspends until all of them have ended; returns how many it was. See `man 2
 * io_uring_enter`.
 *
 * They are started all or none. Throws the failure of the first one, in their order, that has failed, when all have
 * ended: each has its own [IntOperation.result] and [IntOperation.failure]. After [timeout] those that are still in
 * flight are ended. May be called from any thread.
 *
 * If the coroutine is cancelled, those in flight are cancelled, and this throws
 * [CancellationException][kotlinx.coroutines.CancellationException] when the kernel has let go of all buffers, not
 * before.
 *
 * @param operations of this ring, not started, each once; may be none
 */
public suspend fun Ring.batch(operations: List<IntOperation>, timeout: Duration = Duration.INFINITE): Int =
    prepareBatch(operations).within(timeout).await()

/**
 * Tells the system how the memory of a buffer will be used; the buffer is lent meanwhile. See `man 2 madvise`.
 *
 * Throws [IllegalArgumentException] for a range that is not whole pages, [dev.ringway.ErrnoException] EINVAL where the
 * system does not know the advice, [java.nio.channels.InterruptedByTimeoutException] after [timeout]. May be called
 * from any thread.
 *
 * If the coroutine is cancelled, this throws [CancellationException][kotlinx.coroutines.CancellationException] when the
 * kernel has let go of the buffer, not before.
 *
 * @param offset in bytes from the start of the buffer's memory
 * @param length in bytes
 */
public suspend fun Ring.advise(
    buf: Buf,
    advice: Buf.Advice,
    offset: Int = 0,
    length: Int = buf.capacity() - offset,
    timeout: Duration = Duration.INFINITE,
) {
    prepareAdvise(buf, advice).range(offset, length).within(timeout).await()
}

/**
 * Makes a direct descriptor for the open file of [fd]: one that this ring alone knows. See `man 3
 * io_uring_register_files`, and the Java form for what it can do.
 *
 * Throws [dev.ringway.ErrnoException] with ENXIO if the ring was made without
 * [places][Ring.Builder.directDescriptors], ENFILE if all are taken, EOPNOTSUPP on other backends than io_uring;
 * [java.nio.channels.InterruptedByTimeoutException] or [java.net.SocketTimeoutException] after [timeout]. May be called
 * from any thread.
 *
 * If the coroutine is cancelled, what was made is closed, and this throws
 * [CancellationException][kotlinx.coroutines.CancellationException].
 */
public suspend fun <T : AsyncFd> Ring.toDirectDescriptor(fd: T, timeout: Duration = Duration.INFINITE): T =
    prepareToDirectDescriptor(fd).within(timeout).await()

/**
 * Makes an fd, close-on-exec, for the open file of a direct descriptor. Needs Linux 6.8. See `man 3
 * io_uring_prep_fixed_fd_install`.
 *
 * Throws an [java.io.IOException] if none can be made; [java.nio.channels.InterruptedByTimeoutException] or
 * [java.net.SocketTimeoutException] after [timeout]. May be called from any thread.
 *
 * If the coroutine is cancelled, what was made is closed, and this throws
 * [CancellationException][kotlinx.coroutines.CancellationException].
 */
public suspend fun <T : AsyncFd> Ring.toFileDescriptor(direct: T, timeout: Duration = Duration.INFINITE): T =
    prepareToFileDescriptor(direct).within(timeout).await()
