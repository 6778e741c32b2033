import java.io.File;
import org.netbeans.lib.profiler.heap.GCRoot;
import org.netbeans.lib.profiler.heap.Heap;
import org.netbeans.lib.profiler.heap.HeapFactory;
import org.netbeans.lib.profiler.heap.Instance;

/**
 * FILE ID...: for each object (decimal ids) a line with the kind of the nearest root, or none, and the ids from the object up to what is a root. NetBeans'
 * library and gridkit's fork of it have the same names, so the class path says who is asked.
 */
final class NearestRoots {
    private static final int LONGEST = 100_000;

    public static void main(String[] args) throws Exception {
        Heap heap = HeapFactory.createHeap(new File(args[0]));
        for (int index = 1; index < args.length; index++) System.out.println(path(heap, Long.parseLong(args[index])));
    }

    private static String path(Heap heap, long id) {
        Instance at = heap.getInstanceByID(id);
        StringBuilder ids = new StringBuilder();
        for (int steps = 0; at != null && steps < LONGEST; steps++) {
            ids.append('\t').append(at.getInstanceId());
            GCRoot root = heap.getGCRoot(at);
            if (root != null) return root.getKind() + ids;
            at = at.getNearestGCRootPointer();
        }
        return "none" + ids;
    }
}
