package dev.ringway.internal.op.fs;

import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Interest;
import dev.ringway.internal.op.Step;
import dev.ringway.internal.op.VoidOp;
import java.util.List;

/// Lists directories that have changed, or are to be watched.
final class VnodeScan extends VoidOp {
    private final Scanning scanning;
    private final List<Listing> listings;

    VnodeScan(Handle watcher, Scanning scanning, List<Listing> listings) {
        super(watcher.driver, watcher);
        this.scanning = scanning;
        this.listings = listings;
    }

    @Override
    public String call() {
        return "readdir";
    }

    @Override
    public Interest interest() {
        return Interest.OFFLOAD;
    }

    @Override
    public int attempt(Sys sys) {
        listings.forEach(listing -> listing.make(sys));
        return 0;
    }

    @Override
    protected Step step(int res) {
        scanning.scanned(listings);
        return super.step(res);
    }

    @Override
    public void late(Sys sys, int res) {
        listings.forEach(listing -> listing.close(sys));
    }
}
