package dev.ringway.kotlin.storm

import dev.ringway.AsyncListener
import dev.ringway.AsyncSocket
import dev.ringway.Buf
import dev.ringway.BufPool
import dev.ringway.kotlin.IterationFlow
import dev.ringway.kotlin.closeAndJoin
import dev.ringway.kotlin.connect
import dev.ringway.kotlin.receive
import java.net.InetSocketAddress
import java.net.SocketAddress
import java.net.StandardProtocolFamily
import java.nio.ByteBuffer
import java.nio.channels.ServerSocketChannel
import java.nio.channels.SocketChannel
import java.nio.file.OpenOption
import java.nio.file.Path
import kotlin.random.Random
import kotlinx.coroutines.flow.Flow

/** Accepts connections one by one. */
class AcceptLine(private val listener: AsyncListener) : Line(Kind.ACCEPT) {
    override suspend fun shoot(shot: Shot) = shot.await(listener.prepareAccept()).close()
}

/** Accepts connections with a flow that is collected for one of them. */
class AcceptFlowLine(private val listener: AsyncListener) : Line(Kind.ACCEPT_FLOW) {
    override suspend fun shoot(shot: Shot) =
        IterationFlow(shot.limit) { shot.watched(listener.prepareAcceptEach()) }.useFirst { it.close() }
}

/** Opens a path. */
class OpenLine(kind: Kind, private val storm: Storm, private val path: Path, private vararg val options: OpenOption) :
    Line(kind) {
    override suspend fun shoot(shot: Shot) = shot.await(storm.ring.files().prepareOpen(path, *options)).close()
}

/** Receives from a stream of its own and compares every byte, wherever it came from and whatever became of the call. */
class ReceiveLine(
    kind: Kind,
    private val storm: Storm,
    private val pool: BufPool,
    private val near: AsyncSocket,
    private val far: SocketChannel,
) : Line(kind) {
    private val buffer: Buf = storm.ring.buffer(8)

    @Volatile
    private var received = 0L

    @Volatile
    private var sent = 0L

    override suspend fun shoot(shot: Shot) {
        if (kind == Kind.RECEIVE) {
            try {
                shot.await(near.prepareReceive(buffer.clear()))
            } finally {
                compare(buffer)
            }
        } else {
            IterationFlow(shot.limit) { shot.watched(near.prepareReceiveEach(pool)) }.useFirst { it.use(::compare) }
        }
    }

    private fun compare(bytes: Buf) {
        while (bytes.readable() > 0) {
            val got = bytes.get()
            if (got != pattern(received)) {
                storm.wrong("$kind: byte $received is $got and not ${pattern(received)}")
            }
            received++
        }
    }

    private fun pattern(position: Long) = (position * 31 + (position shr 8)).toByte()

    /** On the peer's thread: sends a little, unless the line is far behind. */
    fun send(random: Random) {
        if (sent - received < MOST_AHEAD) {
            val bytes = ByteArray(random.nextInt(1, 48)) { pattern(sent + it) }
            sent += far.write(ByteBuffer.wrap(bytes))
        }
    }

    /** When nobody sends any more: what is still in the socket comes out, and then nothing may be missing. */
    suspend fun settle() {
        far.shutdownOutput()
        while (near.receive(buffer.clear()) >= 0) {
            compare(buffer)
        }
        if (received != sent) {
            storm.wrong("$kind: $sent bytes sent, $received received")
        }
        near.closeAndJoin()
        far.close()
        buffer.release()
    }

    companion object {
        private const val MOST_AHEAD = 128

        suspend fun open(kind: Kind, storm: Storm, pool: BufPool, address: SocketAddress): ReceiveLine {
            val family = if (address is InetSocketAddress) StandardProtocolFamily.INET else StandardProtocolFamily.UNIX
            ServerSocketChannel.open(family).use { server ->
                server.bind(address)
                val near = storm.ring.net().connect(server.localAddress)
                val far = server.accept()
                far.configureBlocking(false)
                return ReceiveLine(kind, storm, pool, near, far)
            }
        }
    }
}

/** Unlike `first`, which loses the item if the coroutine is cancelled while the collection ends. */
private suspend fun <T> Flow<T>.useFirst(use: (T) -> Unit) {
    try {
        collect {
            use(it)
            throw Enough()
        }
    } catch (_: Enough) {
        // one is all that was wanted
    }
}

private class Enough : Exception()
