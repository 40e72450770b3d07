-- Nothing here: the index of words of this engine takes a row at a time. The file keeps the versions of both engines the same.
SELECT 1;
