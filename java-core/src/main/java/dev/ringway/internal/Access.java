package dev.ringway.internal;

import dev.ringway.AsyncFile;
import dev.ringway.AsyncListener;
import dev.ringway.AsyncSink;
import dev.ringway.AsyncSocket;
import dev.ringway.AsyncSource;
import dev.ringway.Buf;
import dev.ringway.FileEvent;
import dev.ringway.FileWatcher;
import dev.ringway.Metadata;
import dev.ringway.TlsSocket;
import dev.ringway.internal.op.Allocator;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.PoolMemory;
import dev.ringway.internal.op.Store;
import dev.ringway.internal.op.fs.Change;
import dev.ringway.internal.op.fs.StatFields;
import dev.ringway.internal.op.fs.Watches;
import dev.ringway.internal.op.tls.Tls;
import java.util.Objects;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/// What operations and drivers may do with API types and users may not.
///
/// The API installs its one implementation before the first ring exists, so that its constructors and fields stay
/// package-private.
public abstract class Access {
    private static @Nullable Access installed;

    /// Called once, by the API package.
    public static void install(Access access) {
        installed = access;
    }

    /// The installed implementation.
    public static Access api() {
        return Objects.requireNonNull(installed);
    }

    /// Wraps a born handle for the user.
    public abstract AsyncFile file(Handle handle);

    /// Wraps a born handle for the user.
    public abstract AsyncSocket socket(Handle handle);

    /// Wraps a born handle for the user.
    public abstract AsyncListener listener(Handle handle);

    /// Wraps a born handle for the user.
    public abstract AsyncSource source(Handle handle);

    /// Wraps a born handle for the user.
    public abstract AsyncSink sink(Handle handle);

    /// Wraps a born handle for the user.
    public abstract FileWatcher watcher(Handle handle, Watches watches);

    /// Makes the user's value.
    public abstract TlsSocket tls(Tls connection, AsyncSocket socket, SSLEngine engine);

    /// Makes the user's value.
    public abstract FileEvent event(Change change);

    /// Makes the user's value.
    public abstract Metadata metadata(StatFields fields);

    /// Makes an empty buffer.
    public abstract Buf buffer(Allocator memory, int capacity);

    /// Hands the buffer's memory to an operation: until [#giveBack] every access by the user throws.
    ///
    /// @param call who asks, for the message
    /// @throws IllegalStateException if the buffer is lent already, or released
    public abstract void lend(Buf buf, String call);

    /// Ends a loan.
    ///
    /// @param filled   bytes that were appended
    /// @param consumed bytes that were taken from the front
    public abstract void giveBack(Buf buf, int filled, int consumed);

    /// Bytes that a lent buffer can take.
    public abstract int room(Buf buf);

    /// Bytes that a lent buffer holds.
    public abstract int content(Buf buf);

    /// Address of the first byte of a buffer's memory.
    public abstract long address(Buf buf);

    /// Address of the first writable byte of a lent buffer.
    public abstract long writeAddress(Buf buf);

    /// Address of the first readable byte of a lent buffer.
    public abstract long readAddress(Buf buf);

    /// Where the buffer's memory goes back to, if it goes back.
    public abstract @Nullable Store store(Buf buf);

    /// Makes the user's view of one leased buffer of a pool.
    public abstract Buf lease(PoolMemory pool, int id, int length);

    /// Copies out what a lease still holds and releases it.
    public abstract byte[] drainLease(Buf lease);
}
