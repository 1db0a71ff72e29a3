// Kustomize reads YAML documents the way kustomize and Flux do before they write what kubectl gets: with
// yaml.v3 into Go maps, and those as JSON.
//
// Standard input: for each document four bytes of length (big endian), then its text. Standard output: for
// each document one byte ('=' read, '!' refused), four bytes of length, then JSON or the reason.
package main

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"gopkg.in/yaml.v3"
)

func read(document []byte) (status byte, answer []byte) {
	defer func() {
		if problem := recover(); problem != nil {
			status, answer = '!', []byte(fmt.Sprint(problem))
		}
	}()
	var found map[string]interface{}
	if problem := yaml.Unmarshal(document, &found); problem != nil {
		return '!', []byte(problem.Error())
	}
	made, problem := json.Marshal(found)
	if problem != nil {
		return '!', []byte(problem.Error())
	}
	return '=', made
}

func run(in *bufio.Reader, out *bufio.Writer) error {
	defer out.Flush()
	for {
		var size uint32
		if problem := binary.Read(in, binary.BigEndian, &size); problem == io.EOF {
			return nil
		} else if problem != nil {
			return problem
		}
		document := make([]byte, size)
		if _, problem := io.ReadFull(in, document); problem != nil {
			return problem
		}
		status, answer := read(document)
		if problem := out.WriteByte(status); problem != nil {
			return problem
		}
		if problem := binary.Write(out, binary.BigEndian, uint32(len(answer))); problem != nil {
			return problem
		}
		if _, problem := out.Write(answer); problem != nil {
			return problem
		}
		if in.Buffered() == 0 { // Somebody may be waiting for this answer before asking on.
			out.Flush()
		}
	}
}

func main() {
	if problem := run(bufio.NewReader(os.Stdin), bufio.NewWriter(os.Stdout)); problem != nil {
		fmt.Fprintln(os.Stderr, problem)
		os.Exit(1)
	}
}
