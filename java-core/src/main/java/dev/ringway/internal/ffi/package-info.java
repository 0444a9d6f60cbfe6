/**
 * The room that talks to the kernel: the only one that names {@link java.lang.foreign.Linker} or widens a memory
 * segment.
 *
 * <p>A system call goes through {@link dev.ringway.internal.ffi.Sys}, an interface, and comes back as one number: the
 * value, or {@code -errno}. Nothing above this room sees a method handle, an errno segment or a {@code Throwable} of
 * the linker, and a test can stand between any caller and the kernel by implementing {@code Sys}. {@link
 * dev.ringway.internal.ffi.LinuxSys} is the real one: a single variadic handle on libc's {@code syscall}.
 *
 * <p>Native memory is a plain {@code long} address from here upwards. {@link dev.ringway.internal.ffi.Memory} reads and
 * writes it and checks nothing; who owns an address, for how long and how large it is, is decided by the operation and
 * the driver that hold it. Layouts are offsets: {@code Linux} in the generated package holds them next to the
 * constants, and what jextract cannot describe for every architecture is written by hand ({@link
 * dev.ringway.internal.ffi.EpollEvent}, {@link dev.ringway.internal.ffi.OpenFlags}, {@link
 * dev.ringway.internal.ffi.SystemCalls}).
 *
 * <p>Text and addresses are turned into bytes here as well, before any system call: {@link
 * dev.ringway.internal.ffi.NativePath} and {@link dev.ringway.internal.ffi.Sockaddr} refuse what the kernel would
 * misread, such as a NUL inside a path, which would silently name another file.
 */
@NullMarked
package dev.ringway.internal.ffi;

import org.jspecify.annotations.NullMarked;
