package consumer

import dev.ringway.IntCompletion

fun finish(done: IntCompletion) = done.complete(7, null)

/** Runs on the class path without an argument; else the argument names the module that kotlin-ext has to be. */
fun main(args: Array<String>) {
    val module = ModuleLayer.boot().findModule("dev.ringway.kotlin").map { it.name }.orElse(null)
    check(module == args.firstOrNull()) { "kotlin-ext is module $module, expected ${args.firstOrNull()}" }
    var counted = 0
    finish { count, _ -> counted = count }
    check(counted == 7) { "a lambda got $counted, not 7" }
    println("Kotlin consumer ${if (module == null) "on the class path" else "with module $module"}: ok")
}
