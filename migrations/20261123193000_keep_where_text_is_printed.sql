-- Where the lines of a piece stand on their pages, fourteen bytes each: first and last code point within the piece, page within
-- the piece, left, top, right and bottom in ten-thousandths. Places of lines and no word of them, so in the clear. Nothing of
-- pieces that were read before, or that have no pages to look at.
alter table chunks add column printed bytea;
-- How sure a recogniser was of the least certain page of the piece, in per cent; nothing where text was text.
alter table chunks add column recognised smallint;
-- The pages whose text was recognised in pictures, each followed by how sure the recogniser was of it, in per cent.
alter table documents add column recognised smallint[];
