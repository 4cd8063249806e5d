#!/bin/sh
# locked.sh torch|rest|NAME [LOCK]: print what a lock (requirements.lock) says of some packages.
# torch is what PyTorch's own index has in builds of its own, whose hashes are not in the lock;
# rest is everything else; NAME is one package.
set -eu
case $1 in
  torch | rest) names='torch|torchvision|triton|cuda-[a-z-]+|nvidia-[a-z0-9-]+' ;;
  *) names=$1 ;;
esac
awk -v names="^($names)==" -v rest="$([ "$1" != rest ] || echo 1)" '
  /^[^ ]/ { wanted = rest ? $0 !~ names : $0 ~ names }
  wanted
' "${2:-$(dirname "$0")/../requirements.lock}"
