package dev.ringway.samples

import dev.ringway.AsyncFile
import dev.ringway.AsyncSocket
import dev.ringway.Buf
import dev.ringway.BufPool
import dev.ringway.FileWatcher.Interest
import dev.ringway.ProcessTarget
import dev.ringway.Ring
import dev.ringway.Signal
import dev.ringway.WaitStatus
import dev.ringway.kotlin.Server
import dev.ringway.kotlin.batch
import dev.ringway.kotlin.connect
import dev.ringway.kotlin.eventFlow
import dev.ringway.kotlin.open
import dev.ringway.kotlin.read
import dev.ringway.kotlin.receive
import dev.ringway.kotlin.receiveFlow
import dev.ringway.kotlin.receiveFrom
import dev.ringway.kotlin.runRing
import dev.ringway.kotlin.send
import dev.ringway.kotlin.sendAll
import dev.ringway.kotlin.sendTo
import dev.ringway.kotlin.serve
import dev.ringway.kotlin.sink
import dev.ringway.kotlin.source
import dev.ringway.kotlin.sync
import dev.ringway.kotlin.useAsync
import dev.ringway.kotlin.waitFor
import dev.ringway.kotlin.watch
import dev.ringway.kotlin.watcher
import dev.ringway.kotlin.writeAll
import java.net.SocketAddress
import java.nio.channels.InterruptedByTimeoutException
import java.nio.file.Path
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.emitAll
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.map

// What docs/guide.md shows of Kotlin

private const val BLOCK = 4096

/** A ring that the calling thread turns. */
internal fun ownThread() = runRing {
    delay(10.milliseconds) // a timer of the ring
}

internal fun read(path: Path): String = runRing { ring ->
    ring.files().open(path).useAsync { file ->
        ring.buffer(4096).use { buf ->
            file.read(buf)
            buf.getText(Charsets.UTF_8)
        }
    }
}

internal suspend fun connect(ring: Ring, address: SocketAddress): AsyncSocket =
    ring.net().connect(address, timeout = 2.seconds)

/** Sends a question and returns the answer. */
internal suspend fun ask(ring: Ring, socket: AsyncSocket, question: String): String =
    ring.bufferOf(question).use { buf ->
        socket.sendAll(buf)
        socket.receive(buf.clear(), timeout = 2.seconds)
        buf.getText(Charsets.UTF_8)
    }

/** Counts what comes until the peer ends the stream. */
internal suspend fun count(socket: AsyncSocket, pool: BufPool): Long {
    var bytes = 0L
    socket.receiveFlow(pool).collect { lease -> lease.use { bytes += it.readable() } }
    return bytes
}

/** Reads blocks of a file, all of them at once. */
internal suspend fun sumOfBlocks(ring: Ring, file: AsyncFile, offsets: List<Long>, blocks: List<Buf>): Long {
    ring.batch(offsets.mapIndexed { i, offset -> file.prepareReadN(blocks[i].clear(), BLOCK).from(offset) })
    return blocks.take(offsets.size).sumOf { it.peek(0).toLong() }
}

/** Makes durable what a file holds. */
internal suspend fun save(file: AsyncFile, content: Buf) {
    file.writeAll(content, offset = 0)
    file.sync()
}

/** Answers every line in capitals. */
internal suspend fun shout(ring: Ring, address: SocketAddress, scope: CoroutineScope): Server =
    ring.net().serve(address, scope, maxConnections = 1000) { socket ->
        val input = socket.source(idleTimeout = 30.seconds)
        val output = socket.sink()
        while (true) {
            val line = input.readLine() ?: break // the peer has ended its side
            output.write(line.uppercase() + "\n")
            output.flush()
        }
    }

/** Runs a command, and ends it if it takes longer. */
internal suspend fun run(ring: Ring, limit: Duration, vararg command: String): WaitStatus {
    val process = ProcessBuilder(*command).start()
    return try {
        ring.processes().waitFor(process, timeout = limit)
    } catch (_: InterruptedByTimeoutException) {
        ring.processes().send(ProcessTarget.of(process), Signal.KILL)
        ring.processes().waitFor(process)
    }
}

/** Each path that appears below a directory, from when the collection has begun. */
internal fun watch(ring: Ring, directory: Path): Flow<Path> = flow {
    ring.files().watcher().useAsync { watcher ->
        watcher.watch(directory, Interest.CREATE, Interest.MOVE_INTO, recursive = true)
        emitAll(watcher.eventFlow().map { it.path() })
    }
}

/** Answers one datagram. */
internal suspend fun answer(socket: AsyncSocket, buf: Buf) {
    val question = socket.receiveFrom(buf.clear())
    socket.sendTo(buf, question.sender()!!)
}
