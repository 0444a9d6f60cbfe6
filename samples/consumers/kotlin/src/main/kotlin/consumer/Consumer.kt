package consumer

import dev.ringway.AsyncSocket
import dev.ringway.Buf
import dev.ringway.Ring
import dev.ringway.kotlin.acceptFlow
import dev.ringway.kotlin.connect
import dev.ringway.kotlin.listen
import dev.ringway.kotlin.localAddress
import dev.ringway.kotlin.receive
import dev.ringway.kotlin.receiveFlow
import dev.ringway.kotlin.runRing
import dev.ringway.kotlin.sendAll
import dev.ringway.kotlin.useAsync
import java.net.InetAddress
import java.net.InetSocketAddress
import kotlin.text.Charsets.UTF_8
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.launch

/** Serves itself one echo with coroutines, then one nop with a lambda as the callback. */
fun main(args: Array<String>) {
    val module = ModuleLayer.boot().findModule("dev.ringway.kotlin").map { it.name }.orElse(null)
    check(module == args.firstOrNull()) { "kotlin-ext is module $module, expected ${args.firstOrNull()}" }
    echoOnce()
    callBackOnce()
    println("Kotlin consumer ${if (module == null) "on the class path" else "with module $module"}: ok")
}

private fun echoOnce() = runRing { ring ->
    val listener = ring.net().listen(InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
    val pool = ring.pool(4, 1024)
    val server = launch {
        listener.acceptFlow().first().useAsync { socket: AsyncSocket ->
            socket.receiveFlow(pool).collect { lease: Buf -> lease.use { socket.sendAll(it) } }
        }
    }
    ring.net().connect(listener.localAddress()).useAsync { client ->
        client.sendAll(ring.bufferOf("hello"))
        val reply = ring.buffer(16)
        while (reply.readable() < 5) {
            client.receive(reply)
        }
        check(reply.getText(UTF_8) == "hello")
    }
    server.cancelAndJoin()
    listener.close()
}

private fun callBackOnce() = Ring.create().use { ring ->
    var counted = -1
    ring.nop { count, failure -> if (failure == null) counted = count }
    while (ring.inFlight() > 0 || counted < 0) {
        ring.poll(java.time.Duration.ofSeconds(1))
    }
    check(counted == 0) { "a nop counted $counted" }
}
