package dev.ringway.kotlin

import dev.ringway.testing.ApiDump
import java.lang.reflect.AnnotatedElement
import java.lang.reflect.Constructor
import java.lang.reflect.Method
import kotlin.reflect.KVisibility
import kotlin.reflect.jvm.kotlinFunction
import org.junit.jupiter.api.Test

/** The Kotlin API in git is the one in the class files. */
class ApiDumpTest {
    @Test
    fun `the Kotlin API is the one in git`() =
        ApiDump.check("kotlin-ext", "dev.ringway.kotlin", "api/ringway-kotlin.api", ::isApi)

    /** What is `internal` in Kotlin is public in the class file, and not always under a mangled name. */
    private fun isApi(element: AnnotatedElement): Boolean = when (element) {
        is Class<*> -> isFileFacade(element) || element.kotlin.visibility != KVisibility.INTERNAL
        is Method -> !element.name.endsWith("\$ringway_kotlin") && isApi(element.kotlinFunction?.visibility)
        is Constructor<*> -> isApi(element.kotlinFunction?.visibility)
        else -> true
    }

    private fun isApi(visibility: KVisibility?): Boolean = visibility != KVisibility.INTERNAL

    /** The class that holds the top-level functions of a file is no Kotlin class. */
    private fun isFileFacade(type: Class<*>): Boolean = type.getAnnotation(Metadata::class.java)?.kind == 2
}
