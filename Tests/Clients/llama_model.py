"""Writes a tiny random model of llama's kind as GGUF: one layer, letters for words. Enough to drive a real server."""

import sys

import gguf
import numpy

DIMENSION, HEADS, FORWARD, CONTEXT = 64, 4, 128, 4096
random = numpy.random.default_rng(7)


def vocabulary():
    special = [(b"<unk>", gguf.TokenType.UNKNOWN), (b"<s>", gguf.TokenType.CONTROL), (b"</s>", gguf.TokenType.CONTROL)]
    singles = [(b"<0x%02X>" % byte, gguf.TokenType.BYTE) for byte in range(256)]
    words = [chr(letter) for letter in range(33, 127)] + ["\u2581", "\u2581the", "ing", "er", "on", "\u00e9", "\u4f60"]
    return [*special, *singles, *((word.encode(), gguf.TokenType.NORMAL) for word in words)]


def tensor(*shape):
    return random.normal(0, 0.5, shape).astype(numpy.float32)


def ones():
    return numpy.ones(DIMENSION, numpy.float32)


def tensors(size):
    head = tensor(size, DIMENSION)
    # Letters are likelier than bytes and control tokens.
    head[:259] *= 0.01
    yield "token_embd", tensor(size, DIMENSION)
    yield "output_norm", ones()
    yield "output", head
    for name in ("attn_q", "attn_k", "attn_v", "attn_output"):
        yield f"blk.0.{name}", tensor(DIMENSION, DIMENSION)
    yield "blk.0.attn_norm", ones()
    yield "blk.0.ffn_norm", ones()
    yield "blk.0.ffn_gate", tensor(FORWARD, DIMENSION)
    yield "blk.0.ffn_up", tensor(FORWARD, DIMENSION)
    yield "blk.0.ffn_down", tensor(DIMENSION, FORWARD)


def main(path):
    tokens, types = zip(*vocabulary())
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name("tiny")
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(DIMENSION)
    writer.add_block_count(1)
    writer.add_feed_forward_length(FORWARD)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(DIMENSION // HEADS)
    writer.add_vocab_size(len(tokens))
    writer.add_file_type(0)
    writer.add_tokenizer_model("llama")
    writer.add_token_list(tokens)
    writer.add_token_scores([-float(place) for place in range(len(tokens))])
    writer.add_token_types(types)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_unk_token_id(0)
    for name, values in tensors(len(tokens)):
        writer.add_tensor(f"{name}.weight", values)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


main(sys.argv[1])
