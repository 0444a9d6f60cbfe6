/**
 * The kernel's constants and layouts, written by jextract from {@code src/generated/jextract/headers.h} and never
 * edited.
 *
 * <p>{@code Linux} holds both: constants under their own names, and layouts as offsets and sizes named after the
 * structure ({@code SQE_FD}, {@code SQE_BYTES}). Every number is the same on x86-64 and on AArch64.
 *
 * <p>{@code src/generated/jextract/generate.sh <liburing>/src/include/liburing} writes it anew. In that directory it
 * runs
 *
 * <pre>{@code
 * jextract \
 *     --include-dir <liburing>/src/include/liburing \
 *     --target-package dev.ringway.internal.ffi.generated \
 *     --header-class-name Linux \
 *     --output ../java \
 *     @includes.txt headers.h
 * }</pre>
 *
 * <p>with jextract for JDK 23 or newer and a current liburing, whose {@code io_uring.h} is newer than that of most
 * distributions. {@code includes.txt} is the filter: one {@code --include-constant} a line. Upcalls, variables and
 * functions are left out on purpose, since generated calls do not capture errno.
 */
@NullUnmarked
package dev.ringway.internal.ffi.generated;

import org.jspecify.annotations.NullUnmarked;
