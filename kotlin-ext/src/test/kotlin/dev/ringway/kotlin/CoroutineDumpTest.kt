@file:OptIn(ExperimentalCoroutinesApi::class)

package dev.ringway.kotlin

import dev.ringway.AsyncSocket
import dev.ringway.Buf
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import java.io.ByteArrayOutputStream
import java.io.PrintStream
import java.net.InetAddress
import java.net.InetSocketAddress
import java.net.SocketAddress
import java.nio.channels.SocketChannel
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.time.Duration
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.DEBUG_PROPERTY_NAME
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.debug.CoroutineInfo
import kotlinx.coroutines.debug.DebugProbes
import kotlinx.coroutines.debug.State
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext

/** What somebody sees who wants to know what a service is at. */
class CoroutineDumpTest : RowsSpec({
    beforeSpec { DebugProbes.install() }
    afterSpec { DebugProbes.uninstall() }

    fun named(name: String): CoroutineInfo =
        DebugProbes.dumpCoroutinesInfo().single { it.context[CoroutineName]?.name == name }

    onEveryRow("a suspended call is there, with its name and the lines that led to it") {
        val pair = pair()
        val buffer = loop.buffer(8)
        onRing {
            for ((name, where) in mapOf("on the ring" to ring.dispatcher, "elsewhere" to Dispatchers.Default)) {
                val reader = launch(where + CoroutineName(name)) { receivesOnce(pair.near(), buffer) }
                until { buffer.isLent && named(name).state == State.SUSPENDED }
                named(name).lastObservedStackTrace().map { it.methodName } shouldContain "receivesOnce"
                val dump = ByteArrayOutputStream().also { DebugProbes.dumpCoroutines(PrintStream(it)) }.toString()
                dump shouldContain "\"$name#"
                dump shouldContain "CoroutineDumpTestKt.receivesOnce(CoroutineDumpTest.kt:"
                reader.cancelAndJoin()
            }
        }
    }

    onEveryRow("serve: a connection's coroutine and thread are called by the address, for debugging by the peer's") {
        onRing {
            suspend fun namesOf(scopes: CoroutineName?): Triple<String, String, Pair<Int, Int>> {
                val names = CompletableDeferred<Pair<String, String>>()
                return withContext(scopes ?: EmptyCoroutineContext) {
                    val server = ring.net().serve(InetSocketAddress(InetAddress.getLoopbackAddress(), 0), this) {
                        ring.nop()
                        names.complete(currentCoroutineContext()[CoroutineName]!!.name to Thread.currentThread().name)
                        awaitCancellation()
                    }
                    SocketChannel.open(server.address).use { client ->
                        val (name, thread) = names.await()
                        server.shutdown(Duration.ZERO)
                        Triple(name, thread, portOf(server.address) to portOf(client.localAddress))
                    }
                }
            }
            val (name, thread, ports) = namesOf(null)
            name shouldBe "serve 127.0.0.1:${ports.first}"
            thread shouldContain "@$name#"
            System.setProperty(DEBUG_PROPERTY_NAME, "on")
            try {
                val (longName, _, both) = namesOf(CoroutineName("shop"))
                longName shouldBe "shop 127.0.0.1:${both.first} < 127.0.0.1:${both.second}"
            } finally {
                System.clearProperty(DEBUG_PROPERTY_NAME)
            }
        }
    }
})

private fun portOf(address: SocketAddress): Int = (address as InetSocketAddress).port

/** Not a tail call: this has a line in the dump. */
private suspend fun receivesOnce(socket: AsyncSocket, buffer: Buf) {
    val count = socket.receive(buffer)
    error("$count bytes have come")
}
