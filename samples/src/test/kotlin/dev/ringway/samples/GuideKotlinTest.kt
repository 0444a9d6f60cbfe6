package dev.ringway.samples

import dev.ringway.Backend
import dev.ringway.Ring
import dev.ringway.Signal
import dev.ringway.SocketType
import dev.ringway.kotlin.accept
import dev.ringway.kotlin.bind
import dev.ringway.kotlin.listen
import dev.ringway.kotlin.localAddress
import dev.ringway.kotlin.open
import dev.ringway.kotlin.runRing
import dev.ringway.kotlin.sendAll
import dev.ringway.kotlin.shutdownOutput
import dev.ringway.kotlin.socket
import dev.ringway.kotlin.useAsync
import java.net.DatagramPacket
import java.net.DatagramSocket
import java.net.InetAddress
import java.net.InetSocketAddress
import java.net.StandardProtocolFamily
import java.nio.file.Files
import java.nio.file.Path
import java.nio.file.StandardOpenOption
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.withContext
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.Timeout
import org.junit.jupiter.api.io.TempDir
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.MethodSource

/** What the guide shows of Kotlin does what the guide says. */
@Timeout(60)
class GuideKotlinTest {
    @TempDir
    lateinit var directory: Path

    @Test
    fun `a ring turns until its coroutines have ended`() = ownThread()

    @Test
    fun `reads a file`() {
        assertThat(read(Files.writeString(directory.resolve("file"), "content"))).isEqualTo("content")
    }

    @ParameterizedTest
    @MethodSource("backends")
    fun `answers in capitals, to a thread that waits`(backend: Backend) =
        runRing<Unit>(builder = Ring.builder().backend(backend)) { ring ->
            val server = shout(ring, InetSocketAddress(InetAddress.getLoopbackAddress(), 0), this)
            connect(ring, server.address).useAsync { client ->
                val answer = withContext(Dispatchers.IO) { Guide.ask(client, "a question") }
                assertThat(answer).isEqualTo("A QUESTION")
            }
            assertThat(server.shutdown()).isTrue()
        }

    @ParameterizedTest
    @MethodSource("backends")
    fun `asks and counts`(backend: Backend) = runRing<Unit>(builder = Ring.builder().backend(backend)) { ring ->
        ring.net().listen(InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).useAsync { listener ->
            connect(ring, listener.localAddress()).useAsync { client ->
                listener.accept().useAsync { server ->
                    val answer = async { ask(ring, client, "a question") }
                    ring.bufferOf("an answer").use { server.sendAll(it) }
                    assertThat(answer.await()).isEqualTo("an answer")

                    val total = async { count(server, ring.pool(16, 64)) }
                    ring.bufferOf(ByteArray(1000)).use { client.sendAll(it) }
                    client.shutdownOutput()
                    assertThat(total.await()).isEqualTo("a question".length + 1000L)
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    fun `saves a file`(backend: Backend) {
        val path = Files.writeString(directory.resolve("file"), "old")
        runRing(builder = Ring.builder().backend(backend)) { ring ->
            ring.files().open(path, StandardOpenOption.WRITE).useAsync { file ->
                ring.bufferOf("newer").use { save(file, it) }
            }
        }
        assertThat(path).hasContent("newer")
    }

    @ParameterizedTest
    @MethodSource("backends")
    fun `reads blocks`(backend: Backend) {
        val path = Files.write(directory.resolve("file"), ByteArray(3 * 4096) { (it / 4096 + 1).toByte() })
        runRing(builder = Ring.builder().backend(backend)) { ring ->
            val blocks = ring.registeredBuffers(2, 4096)
            ring.files().open(path).useAsync { file ->
                assertThat(sumOfBlocks(ring, file, listOf(2 * 4096L, 4096L), blocks)).isEqualTo(3 + 2)
                assertThat(sumOfBlocks(ring, file, listOf(0L), blocks)).isEqualTo(1)
            }
            blocks.forEach { it.release() }
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    fun `runs commands`(backend: Backend) = runRing<Unit>(builder = Ring.builder().backend(backend)) { ring ->
        assertThat(run(ring, 20.seconds, "sh", "-c", "exit 3").exitStatus()).isEqualTo(3)
        assertThat(run(ring, 50.milliseconds, "sleep", "60").signal()).isEqualTo(Signal.KILL)
    }

    @ParameterizedTest
    @MethodSource("backends")
    fun `tells what appears`(backend: Backend) = runRing<Unit>(builder = Ring.builder().backend(backend)) { ring ->
        val created = directory.resolve("created")
        val appeared = async { watch(ring, directory).first() }
        while (appeared.isActive) {
            Files.deleteIfExists(created)
            Files.createFile(created)
            delay(10.milliseconds)
        }
        assertThat(appeared.await()).isEqualTo(created)
    }

    @ParameterizedTest
    @MethodSource("backends")
    fun `answers a datagram`(backend: Backend) = runRing<Unit>(builder = Ring.builder().backend(backend)) { ring ->
        val anyPort = InetSocketAddress(InetAddress.getLoopbackAddress(), 0)
        ring.net().socket(StandardProtocolFamily.INET, SocketType.DATAGRAM).useAsync { socket ->
            socket.bind(anyPort)
            DatagramSocket(anyPort).use { client ->
                client.soTimeout = 10_000
                client.connect(socket.localAddress())
                client.send(DatagramPacket("hello".toByteArray(), 5))
                ring.buffer(100).use { answer(socket, it) }
                val answer = DatagramPacket(ByteArray(10), 10)
                client.receive(answer)
                assertThat(String(answer.data, 0, answer.length)).isEqualTo("hello")
            }
        }
    }

    companion object {
        @JvmStatic
        fun backends(): List<Backend> = Rows.backends()
    }
}
