package dev.ringway.internal.op.fs;

import dev.ringway.internal.op.fs.Difference.Come;
import dev.ringway.internal.op.fs.Difference.Gone;
import dev.ringway.internal.op.fs.Difference.Place;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What has happened, found out by comparing listings. Confined to the polling thread.
///
/// 1. What is *gone* from a directory, and what has *come*, is put together first, over all that was listed at once.
/// 2. The same file gone in one place and come in another was *renamed*.
/// 3. What else has come was *created*; but if it was last seen in a directory that has not been listed since, that one
///    is listed first.
/// 4. What else is gone waits for others to be listed, once or twice, and was *deleted* then.
///
/// A queue does not say what became of something that has left all that is watched, so that this is a deletion too, and
/// what comes from there a creation.
final class VnodeChanges {
    private static final int SCANS = 2;

    private final VnodeTree tree;
    private final Scanning scanning;
    private final VnodeTelling telling;
    private final Map<Place, Gone> gone = new LinkedHashMap<>();
    private final Map<Object, Gone> goneFiles = new HashMap<>();
    private final Map<Place, Come> come = new LinkedHashMap<>();

    VnodeChanges(VnodeWatches watches, VnodeTree tree, Scanning scanning) {
        this.tree = tree;
        this.scanning = scanning;
        this.telling = new VnodeTelling(watches, tree, scanning);
    }

    boolean arePending() {
        return !gone.isEmpty() || !come.isEmpty();
    }

    /// @param listings from the top down
    void take(List<Listing> listings) {
        Set<Vnode> listed = new HashSet<>();
        gone.values().forEach(each -> each.scans++);
        for (Listing each : listings) {
            Map<Path, Entry> now = each.entries;
            if (tree.has(each.node) && now != null) {
                listed.add(each.node);
                compare(each, now);
            }
        }
        List.copyOf(come.values()).forEach(this::match);
        List.copyOf(come.values()).forEach(each -> create(each, listed));
        List.copyOf(gone.values()).stream().filter(each -> each.scans >= SCANS).forEach(this::delete);
    }

    /// Nothing more is to be listed.
    void settle() {
        List.copyOf(come.values()).forEach(each -> create(each, Set.of()));
        List.copyOf(gone.values()).forEach(this::delete);
    }

    private void compare(Listing listing, Map<Path, Entry> now) {
        Vnode node = listing.node;
        Map<Path, Entry> known = node.entries;
        Map<Path, Entry> before = known == null ? Map.of() : known;
        boolean tells = known != null || node.announces;
        node.entries = now;
        before.forEach((name, entry) -> {
            if (!entry.isSame(now.get(name))) {
                leaves(new Place(node, name), entry);
            }
        });
        now.forEach((name, entry) -> {
            Integer fd = listing.opened.remove(name);
            if (entry.isSame(before.get(name))) {
                telling.attach(new Place(node, name), entry, fd, false);
            } else {
                Vnode seenIn = tree.seen(entry, node);
                if (tells) {
                    Place place = new Place(node, name);
                    come.put(place, new Come(place, entry, fd, seenIn));
                } else {
                    telling.attach(new Place(node, name), entry, fd, false);
                }
            }
        });
    }

    private void leaves(Place place, Entry entry) {
        tree.notSeen(entry, place.directory());
        Come untold = come.remove(place);
        if (untold != null) {
            telling.close(untold.fd); // it has come and gone, and nobody knows
            return;
        }
        Gone earlier = gone.get(place);
        if (earlier != null) {
            delete(earlier);
        }
        Gone each = new Gone(place, entry);
        gone.put(place, each);
        goneFiles.putIfAbsent(entry.key(), each);
    }

    private void match(Come each) {
        Gone from = goneFiles.get(each.entry.key());
        if (from != null && from.isNow(each.entry)) {
            come.remove(each.place);
            forget(from);
            deleteAt(each.place);
            telling.moved(from, each);
        }
    }

    private void create(Come each, Set<Vnode> listed) {
        Vnode seenIn = each.seenIn;
        if (seenIn != null && !each.asked && tree.has(seenIn) && seenIn != each.place.directory()
                && !listed.contains(seenIn)) {
            each.asked = true;
            scanning.list(seenIn);
            return;
        }
        come.remove(each.place);
        deleteAt(each.place);
        telling.created(each);
    }

    /// What had this name before.
    private void deleteAt(Place place) {
        Gone before = gone.get(place);
        if (before != null) {
            delete(before);
        }
    }

    private void delete(Gone each) {
        forget(each);
        telling.deleted(each);
    }

    private void forget(Gone each) {
        gone.remove(each.place, each);
        goneFiles.remove(each.entry.key(), each);
    }
}
