package dev.ringway.kotlin

import dev.ringway.testing.Project
import io.kotest.assertions.withClue
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.collections.shouldNotBeEmpty
import java.lang.reflect.Method
import java.lang.reflect.Modifier
import java.util.BitSet
import kotlin.io.path.listDirectoryEntries
import kotlin.io.path.nameWithoutExtension
import kotlin.reflect.KClass
import kotlin.reflect.KFunction
import kotlin.reflect.full.extensionReceiverParameter
import kotlin.reflect.full.valueParameters
import kotlin.reflect.jvm.jvmErasure
import kotlin.reflect.jvm.kotlinFunction
import org.junit.jupiter.api.Test

/** In Kotlin a Java member wins over an extension, so a member that looks like a door would silently hide it. */
class DoorNamesTest {
    @Test
    fun `no Java member hides a Kotlin door`() {
        val facades = Project.ROOT.resolve("kotlin-ext/target/classes/dev/ringway/kotlin")
            .listDirectoryEntries("*Kt.class")
            .map { Class.forName("dev.ringway.kotlin.${it.nameWithoutExtension}") }
        val doors = facades.flatMap { it.declaredMethods.toList() }.filter(::isDoor)
        doors.shouldNotBeEmpty()
        withClue("these calls compile to the Java member") {
            doors.flatMap(::hiddenCalls).shouldBeEmpty()
        }
    }

    @Test
    fun `a hidden door is found, also one that is hidden where a default is left out, and behind a lambda`() {
        val own = Class.forName("dev.ringway.kotlin.DoorNamesTestKt").declaredMethods.filter(::isDoor)
        own.flatMap(::hiddenCalls).shouldContainExactlyInAnyOrder(
            "BitSet.get(Int)",
            "Iterable.forEach(Function1)",
            "Thread.getName()",
        )
    }

    private fun isDoor(method: Method): Boolean =
        Modifier.isPublic(method.modifiers) && Modifier.isStatic(method.modifiers) && !method.isSynthetic

    /** The ways to call a door, defaults left out from the right, that find a public Java method of its receiver. */
    private fun hiddenCalls(door: Method): List<String> {
        val function = door.kotlinFunction ?: return hiddenProperty(door)
        val receiver = (function.extensionReceiverParameter ?: return emptyList()).type.jvmErasure
        val parameters = function.valueParameters
        val fewest = parameters.indexOfLast { !it.isOptional } + 1
        return (fewest..parameters.size)
            .map { count -> parameters.take(count).map { it.type.jvmErasure } }
            .filter { types -> receiver.java.methods.any { isCalledBy(it, function, types) } }
            .map { types -> "${receiver.simpleName}.${function.name}(${types.joinToString { it.simpleName!! }})" }
    }

    /** The getter of an extension property is no function. */
    private fun hiddenProperty(getter: Method): List<String> {
        val receiver = getter.parameterTypes.singleOrNull() ?: return emptyList()
        return receiver.methods
            .filter { it.name == getter.name && it.parameterCount == 0 }
            .map { "${receiver.simpleName}.${it.name}()" }
    }

    private fun isCalledBy(member: Method, function: KFunction<*>, types: List<KClass<*>>): Boolean =
        member.name == function.name &&
            !Modifier.isStatic(member.modifiers) &&
            member.parameterCount == types.size &&
            member.parameterTypes.zip(types).all { (java, kotlin) -> takes(java, kotlin) }

    /** The same type, or a lambda for an interface with one method. */
    private fun takes(java: Class<*>, kotlin: KClass<*>): Boolean =
        java.kotlin == kotlin ||
            kotlin.java.name.startsWith("kotlin.jvm.functions.Function") &&
            java.isInterface &&
            java.methods.count { Modifier.isAbstract(it.modifiers) } == 1
}

@Suppress("unused", "EXTENSION_SHADOWED_BY_MEMBER", "UnusedReceiverParameter")
fun BitSet.get(index: Int, otherwise: String = "") = "$index $otherwise"

@Suppress("unused", "EXTENSION_SHADOWED_BY_MEMBER", "UnusedReceiverParameter", "PLATFORM_CLASS_MAPPED_TO_KOTLIN")
fun java.lang.Iterable<*>.forEach(each: (Any?) -> Unit) = each(null)

@Suppress("unused", "EXTENSION_SHADOWED_BY_MEMBER", "UnusedReceiverParameter")
val Thread.name: String get() = ""
