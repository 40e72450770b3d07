-- Nothing here: the index of words of this engine needs no other view of them. The file keeps the versions of both engines the same.
SELECT 1;
