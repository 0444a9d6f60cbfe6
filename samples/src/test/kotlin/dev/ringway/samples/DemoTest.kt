package dev.ringway.samples

import dev.ringway.AsyncSocket
import dev.ringway.Buf
import dev.ringway.BufPool
import dev.ringway.Ring
import dev.ringway.kotlin.receive
import dev.ringway.kotlin.runRing
import dev.ringway.kotlin.sendAll
import java.io.IOException
import java.nio.ByteBuffer
import kotlin.time.Duration.Companion.seconds
import org.assertj.core.api.Assertions.assertThatThrownBy
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.Timeout

/** The demo with servers that do not do what an echo server does. */
@Timeout(60)
class DemoTest {
    @Test
    fun `fails if one byte comes back changed`() {
        assertThatThrownBy { demo { it.clear().put(ByteArray(63)).put(1) } }
            .isInstanceOf(IOException::class.java)
            .hasMessageContaining("came back changed")
    }

    @Test
    fun `fails if the server hangs up`() {
        assertThatThrownBy { demo { throw IOException("the server has no more") } }
            .isInstanceOf(IOException::class.java)
    }

    @Test
    fun `fails if nothing comes back`() {
        assertThatThrownBy { demo { it.clear() } }
            .isInstanceOf(IOException::class.java)
            .hasMessageContaining("no message came back")
    }

    /** A second of the demo, with a server that changes each answer. */
    private fun demo(change: (Buf) -> Unit) = Ring.start("demo-test").use { server ->
        suspend fun answer(socket: AsyncSocket, pool: BufPool) {
            val buf = Buf.adopt(ByteBuffer.allocateDirect(pool.size())).clear()
            while (socket.receive(buf) > 0) {
                change(buf)
                socket.sendAll(buf)
                buf.clear()
            }
        }
        runRing { client -> Demo(server, client, ::answer).run(1.seconds) }
    }
}
