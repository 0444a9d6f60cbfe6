package dev.ringway;

import dev.ringway.internal.Access;
import dev.ringway.internal.op.Allocator;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.PoolMemory;
import dev.ringway.internal.op.Store;
import dev.ringway.internal.op.fs.Change;
import dev.ringway.internal.op.fs.StatFields;
import dev.ringway.internal.op.fs.Watches;
import dev.ringway.internal.op.tls.Tls;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/// Opens the API's types to the operations and drivers.
final class Insides extends Access {
    private Insides() {}

    static void open() {
        install(new Insides());
    }

    @Override
    public AsyncFile file(Handle handle) {
        return new AsyncFile(handle);
    }

    @Override
    public AsyncSocket socket(Handle handle) {
        return new AsyncSocket(handle);
    }

    @Override
    public AsyncListener listener(Handle handle) {
        return new AsyncListener(handle);
    }

    @Override
    public AsyncSource source(Handle handle) {
        return new AsyncSource(handle);
    }

    @Override
    public AsyncSink sink(Handle handle) {
        return new AsyncSink(handle);
    }

    @Override
    public TlsSocket tls(Tls connection, AsyncSocket socket, SSLEngine engine) {
        return new TlsSocket(connection, socket, engine);
    }

    @Override
    public Buf buffer(Allocator memory, int capacity) {
        return Buf.allocate(memory, capacity);
    }

    @Override
    public void lend(Buf buf, String call) {
        buf.lend(call);
    }

    @Override
    public void giveBack(Buf buf, int filled, int consumed) {
        buf.giveBack(filled, consumed);
    }

    @Override
    public int room(Buf buf) {
        return buf.room();
    }

    @Override
    public int content(Buf buf) {
        return buf.content();
    }

    @Override
    public long address(Buf buf) {
        return buf.address();
    }

    @Override
    public long writeAddress(Buf buf) {
        return buf.writeAddress();
    }

    @Override
    public long readAddress(Buf buf) {
        return buf.readAddress();
    }

    @Override
    public @Nullable Store store(Buf buf) {
        return buf.store();
    }

    @Override
    public FileWatcher watcher(Handle handle, Watches watches) {
        return new FileWatcher(handle, watches);
    }

    @Override
    public FileEvent event(Change change) {
        return new FileEvent(change);
    }

    @Override
    public Metadata metadata(StatFields fields) {
        return new Metadata(fields);
    }

    @Override
    public Buf lease(PoolMemory pool, int id, int length) {
        return new Buf(pool.address(id), pool.size(), length, pool, pool);
    }

    @Override
    public byte[] drainLease(Buf lease) {
        byte[] bytes = lease.getAll();
        lease.release();
        return bytes;
    }
}
