-- The words of the index, in order, so that those which begin with what somebody types are found by jumping from one to the next: it holds
-- nothing, it is another view of `search_text`.
CREATE VIRTUAL TABLE search_word USING fts5vocab (search_text, instance);
